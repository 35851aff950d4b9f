"""Random arguments for any function, by its signature: mostly what it could take, now and then what it cannot."""

import inspect

import numpy as np
from hypothesis import strategies as st

DTYPES = ("f8", "f8", "f8", "f4", "i8", "c16", "?")
SHAPES = ((), (1,), (2,), (3,), (2, 2), (2, 3), (3, 3), (3, 1), (0,), (0, 2), (2, 0, 1), (2, 3, 3), (1, 2, 4, 4))
SPECIAL = (np.nan, np.inf, -np.inf, 0.0, -0.0, 1e300, -1.0, 5e-324)

AXES = ("axis", "axes", "axis1", "axis2", "dim", "destination", "source", "dims", "start_dim", "end_dim")
LISTS = ("arrays", "tup", "seq", "choices", "choicelist", "condlist", "xs", "arys", "operands", "tensors")
SIZES = (
    "shape",
    "new_shape",
    "newshape",
    "size",
    "s",
    "reps",
    "normalized_shape",
    "kernel_size",
    "output_size",
    "sizes",
)
COUNTS = ("n", "m", "k", "N", "M", "deg", "kth", "repeats", "shift", "indices", "ind", "obj", "num", "offset", "p", "q")
#: Sizes of models, always given: some defaults make models of hundreds of megabytes.
WIDTHS = ("d_model", "nhead", "dim_feedforward", "num_encoder_layers", "num_decoder_layers")
#: How often a layer is repeated: 10**18 of them are nothing to refuse, and would be made until memory ends.
LAYERS = ("num_layers", "num_encoder_layers", "num_decoder_layers")
FUNCTIONS = ("func", "func1d", "f", "function")

small = st.integers(-3, 5)


@st.composite
def arrays(draw, dtypes=DTYPES):
    """An array of a few numbers that no coincidence makes special, or of very special ones."""
    shape, dtype = draw(st.sampled_from(SHAPES)), np.dtype(draw(st.sampled_from(dtypes)))
    random = np.random.default_rng(draw(st.integers(0, 99)))
    kind = draw(st.sampled_from(["uniform", "uniform", "uniform", "positive", "special"]))
    if dtype.kind in "ib":
        return random.integers(-3, 4, shape).astype(dtype)
    values = random.choice(SPECIAL, shape) if kind == "special" else random.uniform(-2.0, 2.0, shape)
    if kind == "positive":
        values = np.abs(values)
    with np.errstate(all="ignore"):
        return np.asarray(values + 1j * random.uniform(-1, 1, shape) if dtype.kind == "c" else values).astype(dtype)


numbers = st.sampled_from([0, 1, 2, -1, 0.5, -1.5, 2.0, 1 + 2j, True, np.float64(0.25), np.int64(2)])
strange = st.sampled_from(
    [None, "", "no such thing", object, (), [], {}, np.nan, 10**18, -(10**18), (1, "a"), [[1.0], 2.0]]
)
axes = st.one_of(st.none(), small, small, st.tuples(small), st.tuples(small, small), st.just(0.5), st.just(()))
sizes = st.one_of(small, st.lists(st.integers(-1, 4), max_size=3).map(tuple), st.just(-1))
dtypes = st.sampled_from([None, np.float64, "f4", "nothing"])
indices = st.one_of(small, st.lists(small, max_size=3), st.lists(small, max_size=3).map(np.array))
functions = st.sampled_from([np.sum, np.tanh, np.sort, lambda x, *_: x * 2.0])


#: Values for a parameter, by its name.
BY_NAME = {
    **dict.fromkeys(AXES, axes),
    **dict.fromkeys(SIZES, sizes),
    **dict.fromkeys(FUNCTIONS, functions),
    **dict.fromkeys(WIDTHS, st.integers(0, 4)),
    "dtype": dtypes,
}


def required(name):
    """Values for a parameter without a default."""
    if name in BY_NAME:
        return BY_NAME[name]
    if name in LISTS:
        return st.one_of(st.lists(arrays(), max_size=3), same_shaped(), arrays())
    if name in COUNTS:
        return st.one_of(indices, indices, sizes, arrays())
    if name.endswith(("_size", "_features", "channels", "kernel", "stride")):
        return st.integers(0, 3)
    return st.one_of(arrays(), arrays(), arrays(), arrays(), arrays(("f8",)), numbers)


#: Values for a parameter with a default, by the type of that, besides the default itself.
BY_TYPE = {
    bool: st.booleans(),
    str: st.sampled_from(["mean", "sum", "none", "full", "same", "left", "ortho", "nothing"]),
    int: small,
    float: st.sampled_from([0.0, 0.5, 2.0, -1.0, 1]),
    tuple: axes,
}


def optional(name, default):
    """Values for a parameter with a default, of its kind."""
    if name in BY_NAME:
        return BY_NAME[name]
    others = BY_TYPE.get(type(default), st.one_of(numbers, arrays(), sizes, axes))
    return st.one_of(st.just(default), others, others)


@st.composite
def same_shaped(draw):
    """Several arrays of one shape."""
    first = draw(arrays())
    return [first, *(np.roll(first, count) for count in draw(st.lists(small, max_size=2)))]


@st.composite
def calls(draw, function):
    """Arguments of a call: those by position, those by name, and a description that reads like the call."""
    args, kwargs = [], {}
    alike = draw(st.one_of(st.none(), arrays()))  # operands of one shape go together more often
    for parameter in parameters_of(function):
        kind, name = parameter.kind, parameter.name
        if kind is parameter.VAR_KEYWORD or name in ("out", "like", "subok"):
            continue
        odd = strange.filter(lambda value: value != 10**18) if name in LAYERS else strange
        if kind is parameter.VAR_POSITIONAL:
            args += draw(st.lists(arrays(), max_size=3))
        elif parameter.default is parameter.empty:
            value = draw(required(name))
            is_array = isinstance(value, np.ndarray) and alike is not None
            value = alike.copy() if is_array and draw(st.booleans()) else value
            value = draw(odd) if draw(st.integers(0, 24)) == 24 else value
            args.append(value) if kind is not parameter.KEYWORD_ONLY else kwargs.update({name: value})
        elif name in WIDTHS or draw(st.integers(0, 3)) == 3:
            if kind is parameter.POSITIONAL_ONLY:
                break
            kwargs[name] = draw(odd) if draw(st.integers(0, 14)) == 14 else draw(optional(name, parameter.default))
    return args, kwargs


def parameters_of(function):
    """The parameters of a function, or those of most functions where it does not tell."""
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        kind = inspect.Parameter
        return [kind("x", kind.POSITIONAL_ONLY), kind("axis", kind.POSITIONAL_OR_KEYWORD, default=None)]
