// Formulas: as they are written, and with the numbers put in.
import { element } from "./elements.mjs";
import { figure } from "./figures.mjs";
import { broadcastIndex, unravel } from "./numbers.mjs";

/** What a name in a formula stands for: a title, and an array or a text. */
export function written(formula, titles) {
  return formula.map((piece) => (typeof piece === "string" ? piece : element("var", {}, titles[piece[0]] ?? piece[0])));
}

/** The same with numbers: those of one element where each is computed by itself, else small arrays or their shapes. */
export function putIn(formula, values, index, shape) {
  return formula.map((piece, at) => {
    if (typeof piece === "string") return piece;
    const value = values[piece[0]];
    const text = numberText(value, index, shape);
    const before = formula[at - 1];
    const needsBrackets = text.startsWith("-") && typeof before === "string" && /[·/^−+@×÷] ?$/.test(before);
    const name = value?.row ?? "value";
    return element("b", { class: name }, needsBrackets ? `(${text})` : text);
  });
}

function numberText(value, index, shape) {
  if (value === undefined) return "…";
  if (value.text !== undefined) return value.text;
  const { array } = value;
  if (!array || typeof array === "string") return array ?? "…";
  if (array.data?.length === 1) return figure(array.data[0], array.dtype);
  if (array.data && index !== null && shape) {
    const place = broadcastIndex(index, shape, array.shape);
    if (place !== null) return figure(array.data[place], array.dtype);
  }
  return `[${array.shape.join("×")}]`;
}

/** The terms of one element of a product of matrices, and of what is added to it, where all are given in full. */
export function terms(formula, values, index, shape, most = 6) {
  const sides = sidesOf(formula);
  if (!sides || shape.length !== 2) return null;
  const [left, right] = sides.factors.map(({ name, isTransposed }) => entries(values[name]?.array, isTransposed));
  if (!left || !right || left.columns !== right.rows) return null;
  const [i, j] = unravel(index, shape);
  const products = Array.from({ length: left.columns }, (_, k) => [left.at(i, k), right.at(k, j)].map((each) => figure(each)));
  const texts = products.slice(0, most).map(([one, other], k) => `${k ? inBrackets(one) : one} · ${inBrackets(other)}`);
  if (products.length > most) texts.push("…");
  const summand = values[sides.summand]?.array;
  if (sides.summand && !summand?.data) return null;
  if (summand) texts.push(inBrackets(figure(summand.data[broadcastIndex(index, shape, summand.shape)])));
  return texts.join(" + ");
}

function inBrackets(text) {
  return text.startsWith("-") ? `(${text})` : text;
}

/** Whether a formula is arithmetic of each element by itself, with all that it needs given in full. */
export function isByElement(formula, values, shape) {
  return formula.every((piece) => {
    if (typeof piece === "string") return !/[\p{Letter}@⋆]/u.test(piece);
    const { array, text } = values[piece[0]] ?? {};
    return text !== undefined || Boolean(array?.data && broadcastIndex(0, shape, array.shape) !== null);
  });
}

/** The elements that were added up to one of an array that had been broadcast. */
export function summands(array, index, shape, most = 6) {
  if (!array.data || index === null) return null;
  const all = array.data.filter((_, at) => broadcastIndex(at, array.shape, shape) === index).map((each) => figure(each));
  const texts = all.slice(0, most).map((text, k) => (k ? inBrackets(text) : text));
  return [...texts, ...(all.length > most ? ["…"] : [])].join(" + ");
}

/** The factors of a formula like `x @ yᵀ`, and the summand of one like `x @ yᵀ + z`. */
function sidesOf(formula) {
  const pieces = formula.map((piece) => (typeof piece === "string" ? piece : "name"));
  const found = /^name(ᵀ?) @ name(ᵀ?)( \+ name)?$/.exec(pieces.join(""));
  if (!found) return null;
  const [[left], [right], summand] = formula.filter((piece) => typeof piece !== "string");
  return {
    factors: [
      { name: left, isTransposed: Boolean(found[1]) },
      { name: right, isTransposed: Boolean(found[2]) },
    ],
    summand: summand?.[0],
  };
}

function entries(array, isTransposed) {
  if (!array?.data || array.shape.length !== 2) return null;
  const [rows, columns] = isTransposed ? [...array.shape].reverse() : array.shape;
  return { rows, columns, at: (i, j) => array.data[isTransposed ? j * array.shape[1] + i : i * array.shape[1] + j] };
}

/** Which element a formula is about, as a text. */
export function place(index, shape) {
  return shape.length && shape.some((size) => size > 1) ? `[${unravel(index, shape).join(", ")}]` : "";
}
