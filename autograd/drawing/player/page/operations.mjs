// Scalar operations as the page computes them: the value, and by operand the local derivative.
// An operation that is not here cannot be computed anew in the page, which then says so.

const sigmoid = (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
const unary = (value, slope) => ({ value, slopes: [slope] });

/** By the name of the engine's primitive: `value(...operands)`, `slopes[position](out, ...operands)`. */
export const OPERATIONS = {
  add: { value: (x, y) => x + y, slopes: [() => 1, () => 1] },
  subtract: { value: (x, y) => x - y, slopes: [() => 1, () => -1] },
  multiply: { value: (x, y) => x * y, slopes: [(_, __, y) => y, (_, x) => x] },
  divide: { value: (x, y) => x / y, slopes: [(_, __, y) => 1 / y, (out, _, y) => -out / y] },
  power: {
    value: (x, y) => x ** y,
    slopes: [(_, x, y) => (y === 0 ? 0 : y * x ** (y - 1)), (out, x) => (out === 0 ? 0 : out * Math.log(x))],
  },
  maximum: { value: Math.max, slopes: [(_, x, y) => wins(x, y), (_, x, y) => wins(y, x)] },
  minimum: { value: Math.min, slopes: [(_, x, y) => wins(y, x), (_, x, y) => wins(x, y)] },
  negative: unary((x) => -x, () => -1),
  positive: unary((x) => x, () => 1),
  square: unary((x) => x * x, (_, x) => 2 * x),
  sqrt: unary(Math.sqrt, (out) => 1 / (2 * out)),
  reciprocal: unary((x) => 1 / x, (out) => -out * out),
  abs: unary(Math.abs, (_, x) => Math.sign(x)),
  exp: unary(Math.exp, (out) => out),
  exp2: unary((x) => 2 ** x, (out) => out * Math.LN2),
  expm1: unary(Math.expm1, (out) => out + 1),
  log: unary(Math.log, (_, x) => 1 / x),
  log2: unary(Math.log2, (_, x) => 1 / (x * Math.LN2)),
  log10: unary(Math.log10, (_, x) => 1 / (x * Math.LN10)),
  log1p: unary(Math.log1p, (_, x) => 1 / (1 + x)),
  sin: unary(Math.sin, (_, x) => Math.cos(x)),
  cos: unary(Math.cos, (_, x) => -Math.sin(x)),
  tan: unary(Math.tan, (out) => 1 + out * out),
  sinh: unary(Math.sinh, (_, x) => Math.cosh(x)),
  cosh: unary(Math.cosh, (_, x) => Math.sinh(x)),
  tanh: unary(Math.tanh, (out) => 1 - out * out),
  atan: unary(Math.atan, (_, x) => 1 / (1 + x * x)),
  sigmoid: unary(sigmoid, (out) => out * (1 - out)),
  relu: unary((x) => Math.max(x, 0), (out) => (out > 0 ? 1 : 0)),
};

/** Whether the first of two wins; a tie is shared. */
function wins(x, y) {
  return x > y ? 1 : x === y ? 0.5 : 0;
}

/** The operations of a graph that are not known here. */
export function unknownOperations(nodes) {
  return [...new Set(nodes.filter((node) => node.label && !(node.operation in OPERATIONS)).map((node) => node.operation))];
}

/** Compute a frame anew for these values of the leaves, in the order of the recorded walk. */
export function recomputed(data, leaves) {
  const scalar = (number) => ({ shape: [], dtype: "float64", rms: Math.abs(number), data: [number] });
  const values = [];
  data.nodes.forEach((node, index) => values.push(node.label ? OPERATIONS[node.operation].value(...operandsOf(node, values)) : leaves[index]));
  const gradients = new Array(data.nodes.length).fill(null);
  if (data.walk.length) gradients[data.walk[0].node] = 1;
  const contributions = data.walk.map((visit) => {
    const node = data.nodes[visit.node];
    const operands = operandsOf(node, values);
    return visit.contributions.map((each) => {
      const slope = OPERATIONS[node.operation].slopes[each.position](values[visit.node], ...operands);
      const gave = gradients[visit.node] * slope;
      gradients[each.parent] = (gradients[each.parent] ?? 0) + gave;
      const given = Object.fromEntries(node.operands.map((name, at) => [name, { array: scalar(operands[at]) }]));
      return { gave: scalar(gave), total: scalar(gradients[each.parent]), given };
    });
  });
  const texts = data.frames[0].gradients;
  return {
    values: values.map(scalar),
    gradients: gradients.map((each, index) => (each === null ? texts[index] : scalar(each))),
    contributions,
  };
}

function operandsOf(node, values) {
  return node.parents.map((parent, position) => (parent === null ? node.constants[position].number : values[parent]));
}
