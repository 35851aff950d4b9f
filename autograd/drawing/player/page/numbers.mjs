// The numbers of one frame: the arrays behind values, gradients, contributions and sums.

/** Arrays are given by number in the data; a frame that was computed in the page holds them itself. */
export class Numbers {
  constructor(data, frame) {
    this.arrays = data.arrays;
    this.frame = frame;
  }

  array(reference) {
    return typeof reference === "number" ? this.arrays[reference] : reference;
  }

  /** The value of a node: an array, or the text that says why there is none. */
  value(node) {
    return this.array(this.frame.values[node]);
  }

  gradient(node) {
    return this.array(this.frame.gradients[node]);
  }

  contribution(visit, item) {
    return this.frame.contributions[visit][item];
  }

  gave(visit, item) {
    return this.array(this.contribution(visit, item).gave);
  }

  /** The sum that stands at a node after a landing. */
  sum(node, landing) {
    if (!landing) return null;
    return landing.seed ? this.gradient(node) : this.array(this.contribution(landing.visit, landing.item).total);
  }
}

/** Where in an array of `shape` the element of a result stands that was broadcast; null if it does not fit. */
export function broadcastIndex(index, from, shape) {
  if (shape.length > from.length) return null;
  let flat = 0;
  const places = unravel(index, from).slice(from.length - shape.length);
  for (let axis = 0; axis < shape.length; axis += 1) {
    const size = shape[axis];
    if (size !== 1 && size !== from[from.length - shape.length + axis]) return null;
    flat = flat * size + (size === 1 ? 0 : places[axis]);
  }
  return flat;
}

/** The index of an element along each axis. */
export function unravel(flat, shape) {
  const places = [];
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    places.unshift(flat % shape[axis]);
    flat = Math.floor(flat / shape[axis]);
  }
  return places;
}

/** The element that is farthest from zero. */
export function farthest(array) {
  let best = 0;
  array.data?.forEach((each, index) => {
    if (typeof each === "number" && Math.abs(each) > Math.abs(Number(array.data[best]) || 0)) best = index;
  });
  return best;
}

/** The statistics and the histogram of an array that is given in full, as the data has them of large ones. */
export function summarized(array, count) {
  const numbers = array.data.filter((each) => typeof each === "number");
  const [min, max] = [Math.min(...numbers), Math.max(...numbers)];
  const mean = numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
  const deviation = Math.sqrt(numbers.reduce((sum, each) => sum + (each - mean) ** 2, 0) / numbers.length);
  const [start, end] = min === max ? [min - 0.5, max + 0.5] : [min, max];
  const bars = new Array(count).fill(0);
  for (const each of numbers) bars[Math.min(count - 1, Math.floor((count * (each - start)) / (end - start)))] += 1;
  return { min, max, mean, deviation, bars, ends: [start, end] };
}
