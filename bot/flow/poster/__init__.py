"""A poster of the service on one A4 page: the number, two codes to scan, what it is for, in one language."""
