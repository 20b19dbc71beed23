"""Faults as tests: what becomes of people's messages when a part of the house, or Twilio, fails in the middle."""
