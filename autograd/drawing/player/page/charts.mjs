// Arrays in the inspector: a table of tinted numbers, or statistics, a map and a histogram.
import { element, shape } from "./elements.mjs";
import { figure, numeric, precise } from "./figures.mjs";
import { largestOf, mix, shadesOf, tint } from "./colours.mjs";
import { unravel } from "./numbers.mjs";

const ZERO = 92;
const LEVELS = 30;

/** Show an array; `pick` is told which element was chosen, `picked` is the one that is. */
export function chart(array, row, theme, { pick = null, picked = null } = {}) {
  if (array === null) return element("p", { class: "absent" }, "not reached yet");
  if (typeof array === "string") return element("p", { class: "absent" }, array);
  if (array.data) return array.data.length ? table(array, theme[row], theme, pick, picked) : element("p", { class: "absent" }, "empty");
  return element("div", { class: "chart" }, map(array, theme[row], theme), histogram(array, theme[row], theme), statistics(array));
}

function table(array, hues, theme, pick, picked) {
  const columns = array.shape.at(-1) ?? 1;
  const largest = largestOf(array.data);
  const made = element("table", { class: "numbers" });
  for (let start = 0; start < array.data.length; start += columns) {
    const line = element("tr");
    array.data.slice(start, start + columns).forEach((number, offset) => {
      const index = start + offset;
      const place = `[${unravel(index, array.shape).join(", ")}]`;
      const text = figure(number, array.dtype);
      const inside = pick && array.data.length > 1
        ? element("button", { type: "button", "aria-label": `element ${place}: ${text}`, click: () => pick(index) }, text)
        : text;
      const cell = element("td", { title: `${array.data.length > 1 ? `${place} = ` : ""}${precise(number)}`, class: index === picked && "picked" }, inside);
      cell.style.background = tint(number, largest, hues, theme);
      line.append(cell);
    });
    made.append(line);
  }
  return element("div", { class: "scrolls", tabindex: columns > 6 ? "0" : null }, made);
}

function map(array, hues, theme) {
  const [rows, columns, levels] = array.map;
  const canvas = element("canvas", { width: columns, height: rows, role: "img", "aria-label": `map of ${array.shape.join(" × ")} numbers` });
  const context = canvas.getContext("2d");
  [...levels].forEach((character, index) => {
    const level = (character.charCodeAt(0) - ZERO) / LEVELS;
    context.fillStyle = level === 0 ? theme.neutral : mix(theme.neutral, hues[level > 0 ? 1 : 0], 0.9 * Math.abs(level) ** 0.8);
    context.fillRect(index % columns, Math.floor(index / columns), 1, 1);
  });
  canvas.style.aspectRatio = `${columns} / ${Math.max(rows, columns / 8)}`;
  canvas.style.maxHeight = "160px";
  return canvas;
}

function histogram(array, hues, theme) {
  if (!array.bars) return null;
  const [start, end] = array.ends;
  const most = Math.max(...array.bars);
  const count = array.bars.length;
  const shades = shadesOf(array, hues, theme);
  const bars = array.bars.map((bar, index) => {
    const height = bar ? Math.max(1, (40 * bar) / most) : 0;
    const drawn = shape("rect", { x: index * 10, y: 42 - height, width: 9, height });
    drawn.style.fill = shades[index];
    drawn.append(shape("title", {}, `${bar} from ${figure(start + (index * (end - start)) / count)} to ${figure(start + ((index + 1) * (end - start)) / count)}`));
    return drawn;
  });
  const picture = shape("svg", { viewBox: `0 0 ${10 * count} 43`, class: "histogram", role: "img", "aria-label": `histogram from ${figure(start)} to ${figure(end)}` }, bars, shape("path", { d: `M0 42.5H${10 * count}`, class: "ground" }));
  return element("div", {}, picture, element("div", { class: "ends" }, element("span", {}, figure(start)), element("span", {}, figure(end))));
}

function statistics(array) {
  const rows = [
    ["mean", array.mean],
    ["deviation", array.deviation],
    ["min", array.min],
    ["max", array.max],
    ["rms", numeric(array.rms)],
    ["zeros", array.zeros],
    ...(array.nan ? [["NaN", array.nan]] : []),
    ...(array.inf ? [["inf", array.inf]] : []),
  ].filter(([, number]) => number !== undefined);
  return element(
    "dl",
    { class: "statistics" },
    rows.map(([name, number]) => element("div", {}, element("dt", {}, name), element("dd", {}, Number.isInteger(number) && /zeros|NaN|inf/.test(name) ? String(number) : figure(number)))),
  );
}

/** An array in a few characters: the number, or how many and how large. */
export function brief(array, index = null) {
  if (array === null || array === undefined) return "…";
  if (typeof array === "string") return array;
  if (array.data?.length === 1) return figure(array.data[0], array.dtype);
  if (array.data && index !== null && index < array.data.length) return figure(array.data[index], array.dtype);
  return `[${array.shape.join("×")}] rms ${figure(numeric(array.rms))}`;
}
