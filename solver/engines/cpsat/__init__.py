"""The CP-SAT engine: places as decision variables, caps as constraints, priority as lexicographic tiers.

`engine` goes through the pathways, `state` has what they gave so far, and there is a module for the step of each kind;
those of start places fill in the `template` of constraints. `tiers` is the lexicographic driver, which proves each
optimum; `status` solves and trusts nothing but OPTIMAL and INFEASIBLE.
"""
