"""Rankings, complete or partly unknown, and known facts on them."""
