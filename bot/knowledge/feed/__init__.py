"""What service directories publish (Open Referral UK v3, HSDS 3, its dialects, CSV), read into our own services."""
