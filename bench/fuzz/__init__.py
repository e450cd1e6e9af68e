"""A fuzzer of the import: tables that are drawn, and files whose bytes are changed.

Drawn tables (hypothesis) have a text of their own in every cell, so that a cell that is lost is seen. Changed bytes
(atheris, if it is installed) look for exceptions and for what takes too long.
"""
