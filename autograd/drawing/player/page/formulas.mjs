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

/** The terms of one element of a product of matrices, where a formula is one and both are given in full. */
export function terms(formula, values, index, shape, most = 6) {
  const sides = sidesOf(formula);
  if (!sides || shape.length !== 2) return null;
  const [left, right] = sides.map(({ name, isTransposed }) => entries(values[name]?.array, isTransposed));
  if (!left || !right || left.columns !== right.rows) return null;
  const [i, j] = unravel(index, shape);
  const all = Array.from({ length: left.columns }, (_, k) => [left.at(i, k), right.at(k, j)]);
  const inBrackets = (number, isFirst) => (figure(number).startsWith("-") && !isFirst ? `(${figure(number)})` : figure(number));
  const texts = all.slice(0, most).map(([one, other], k) => `${inBrackets(one, k === 0)} · ${inBrackets(other, false)}`);
  return `${texts.join(" + ")}${all.length > most ? " + …" : ""}`;
}

function sidesOf(formula) {
  const pieces = formula.map((piece) => (typeof piece === "string" ? piece : piece[0]));
  const isName = (at) => Array.isArray(formula[at]);
  if (!isName(0) || !isName(2) || !/^ᵀ? @ $/.test(pieces[1]) || pieces.length > 4 || (pieces[3] ?? "ᵀ") !== "ᵀ") return null;
  return [
    { name: pieces[0], isTransposed: pieces[1].startsWith("ᵀ") },
    { name: pieces[2], isTransposed: pieces.length === 4 },
  ];
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
