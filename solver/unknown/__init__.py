"""Unknown rankings: the rules in priority form, and what holds in some or in all completions."""
