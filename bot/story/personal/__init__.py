"""What in a text points at a person: where it stands, and of which kind it is."""
