"""The tools of those who write: look at what is written, try it, draw it, compare it, take it from the desk."""
