"""Conversations tried out before anyone has them: rehearsals that people write, and walks down every branch."""
