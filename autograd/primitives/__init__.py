"""What can be differentiated: a file for each family, and the one form in which a primitive is declared.

A new primitive goes into the file of its family, whose first line says what that is (``exponentials`` has what is made
of ``exp`` and ``log``, ``diagonals`` what lies on them); ``declaration`` says what to write there. It is public, as
``autograd.name``, once the file's ``__all__`` has it; what has a name in SciPy alone is listed in ``autograd.special``.
A new file is imported in ``autograd.further``.

All that is declared is in ``registry.primitives``. The tests draw calls of each from its domain and ask for what
``testing.properties`` lists, so that one without a domain fails them. A function that is composed of
others needs none of this. A ``vmap`` of many examples at once comes with the domain ``elementwise``, or with a rule in
``transforms.batching_rules``; without, it goes one by one.
"""
