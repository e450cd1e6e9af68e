"""A season before its last meets: what is certain, what is possible, and what the odds are."""
