"""A flow as a picture: its steps as cards, its choices as arrows, from top to bottom."""
