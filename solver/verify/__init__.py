"""Verify: whether a published table is what the rules give, with repairs and later changes."""
