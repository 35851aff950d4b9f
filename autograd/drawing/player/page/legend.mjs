// The legend of the picture, and the scale of its edges.
import { element } from "./elements.mjs";
import { numeric } from "./figures.mjs";
import { Scale, tint } from "./colours.mjs";

/** The scale of the edges, over all frames. */
export function scaleOf(data, frames) {
  const strengths = frames.flatMap((numbers) =>
    data.nodes.map((_, node) => numeric(numbers.gradient(node)?.rms)).filter((each) => each > 0),
  );
  return new Scale(strengths, data.themes.light.ramp.length);
}

/** The legend of the picture. */
export function legend(data, scale, theme) {
  const ramp = (title, colors, marks) =>
    element(
      "figure",
      {},
      element("figcaption", {}, title),
      element(
        "div",
        { class: "swatches" },
        colors.map((color, index) => {
          const swatch = element("span", {}, element("i"), element("small", {}, marks[index]));
          swatch.firstChild.style.background = color;
          return swatch;
        }),
      ),
    );
  const shades = (row) => [-1, -0.5, 0, 0.5, 1].map((each) => tint(each, 1, theme[row], theme));
  return [
    ramp("edge: rms gradient", theme.ramp, scale.marks()),
    ...["value", "gradient"].map((row) => ramp(row, shades(row), ["−", "", "0", "", "+"])),
    ramp("cards", theme.bars, ["weight", "input", "between", "result"]),
  ];
}
