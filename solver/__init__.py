"""Engines and questions: allocate, verify, and what they need."""
