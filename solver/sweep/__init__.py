"""Sweeps: the same question at many points (declines, caps, readings, drawn standings), each with its own answer.

`plan` says which points there are, `draw` draws standings, `answer` answers a chunk of points with an engine and proves
them, `table` makes rows of answers, `summary` counts them, `parts` keeps finished chunks on disk, `run` spreads the
chunks over processes.
"""
