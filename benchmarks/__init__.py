"""The same work done by glassgrad and by its peers, interleaved in one run and reported as ratios.

Run ``python -m benchmarks``; ``python -m benchmarks --help`` names the options.

- ``libraries``: the libraries that can take part, and how they are loaded
- ``workers``, ``peers``: those that need an environment, and so a process, of their own
- ``cases``: what is done, a file per family, each with its bars
- ``agreement``: proof, before anything is timed, that both sides do the same work
- ``timing``: rounds in which the two sides are timed one right after the other
- ``neighbours``: how much other programs did meanwhile
- ``machine``, ``report``: the facts of the machine, the table and the JSON file

To add a case, write it in ``cases`` and list it in ``cases.CASES``. To add a peer, add it to ``libraries.LOADERS``
and name it in the ``builders`` (and, if it has a bar, in the ``bars``) of the cases it takes part in. A peer that
cannot live beside us is a file of builders in ``peers``, named in ``workers.FILES``.
"""
