"""The domain: rules, standings, scenarios, allocations and the validator. Imports no solver."""
