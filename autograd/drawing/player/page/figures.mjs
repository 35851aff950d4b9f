// Numbers as the few characters that fit in a picture: the same ones as those of the drawing.

/** Write a number; what JSON has no number for, and complex ones, are texts already. */
export function figure(number, dtype = "float64") {
  if (typeof number === "string") return number;
  if (typeof number === "boolean") return number ? "True" : "False";
  if (/^u?int/.test(dtype)) return Math.abs(number) < 1e6 ? String(number) : scientific(number, 2);
  if (!Number.isFinite(number)) return Number.isNaN(number) ? "NaN" : number > 0 ? "inf" : "-inf";
  if (number === 0) return "0";
  const size = Number(Math.abs(number).toExponential(2)); // rounded first: 9.999 is written like 10
  if (size < 0.001) return scientific(number, 1);
  for (const [limit, decimals] of [[0.01, 4], [0.1, 3], [10, 2], [100, 1], [10000, 0]]) {
    if (size < limit) return fixed(number, decimals);
  }
  return scientific(number, 2);
}

/** Write a number with more digits, for those who look closely. */
export function precise(number) {
  if (typeof number !== "number") return figure(number);
  return Number.isFinite(number) ? String(Number(number.toPrecision(7))) : figure(number);
}

function scientific(number, decimals) {
  const [mantissa, exponent] = number.toExponential(decimals).split("e");
  return `${mantissa}e${Number(exponent)}`;
}

/** Like toFixed, but ties go to the even digit, as in Python. */
function fixed(number, decimals) {
  const text = number.toFixed(decimals);
  const scaled = Math.abs(number) * 10 ** decimals;
  const isTie = Number.isInteger(number * 2 ** (decimals + 1)) && scaled - Math.floor(scaled) === 0.5;
  if (!isTie) return text;
  const even = 2 * Math.round(scaled / 2);
  return `${number < 0 ? "-" : ""}${(even / 10 ** decimals).toFixed(decimals)}`;
}

/** The number that a text of the data stands for, to compute with. */
export function numeric(value) {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  return { inf: Infinity, "-inf": -Infinity }[value] ?? NaN;
}
