"""What runs in the peers' own environment, where our packages are not to be found.

``worker`` is the program that ``benchmarks.workers`` starts and talks to; each other file holds what one library does:
its ``BUILDERS`` map a peer and a case to a builder, which is given the arrays of the case and gives a function and its
arguments. ``requirements.txt`` lists what the environment holds.
"""
