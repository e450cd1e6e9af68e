"""Benchmarks of quotaproof: its engines and questions, and other solvers on the same instances.

`python -m bench` (or `make bench`) runs all of them and writes docs/performance.md. A subject is a module in
`bench/subjects` with a function marked by `registry.subject`; a competitor is a module in `bench/peers`.
"""
