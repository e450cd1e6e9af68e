"""Faults of one line in what decides, and whether the tests see them: `python -m bench.mutants` (or `make mutants`).

A sample of faults is drawn with a fixed seed; each is tried against the tests that concern its module, in a process of
its own. The command fails unless nine of ten are seen and each that is not is explained in `survivors.toml`.
"""
