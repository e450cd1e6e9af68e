"""The CP-SAT engine: places as decision variables, caps as constraints, priority as lexicographic tiers.

Its parts: `status` solves and trusts nothing but OPTIMAL and INFEASIBLE, `tiers` is the lexicographic driver, `starts`
models start places, `quota` models quota places, `engine` puts them together.
"""
