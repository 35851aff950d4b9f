// The picture as it stands, as an SVG or a PNG: for every program, all styles are written at the shapes themselves.
import { element, shape } from "./elements.mjs";

const SHARPNESS = 2;
const SHAPES = ["rect", "path", "polygon", "ellipse"];
const OF_SHAPES = ["fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray"];
const OF_TEXTS = ["fill", "fill-opacity", "font-size", "font-weight", "font-style", "text-anchor"];
const USUAL = {
  "fill-opacity": "1",
  stroke: "none",
  "stroke-opacity": "1",
  "stroke-dasharray": "none",
  "font-weight": "400",
  "font-style": "normal",
  "text-anchor": "start",
};
const KEPT = ["x", "y", "width", "height", "rx", "ry", "cx", "cy", "d", "points", "transform"];

/** Save what the stage shows, as `"svg"` or `"png"`. */
export async function save({ picture, stage, viewport, data, position }, kind) {
  const text = exported(picture.svg, stage, viewport);
  const title = data.title.replace(/[^\p{L}\p{N}_-]+/gu, "_").slice(0, 60) || "graph";
  const blob = kind === "svg" ? new Blob([text], { type: "image/svg+xml" }) : await painted(text, stage.clientWidth, stage.clientHeight);
  const address = URL.createObjectURL(blob);
  element("a", { href: address, download: `${title}-${position}.${kind}` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

/** The text of an SVG that shows what the stage shows. */
function exported(svg, stage, viewport) {
  const { clientWidth, clientHeight } = stage;
  const [left, top] = svg.getAttribute("viewBox").split(/[\s,]+/).map(Number);
  const { x, y, scale } = viewport;
  const [start, head, width, height] = [left - x / scale, top - y / scale, clientWidth / scale, clientHeight / scale];
  const style = getComputedStyle(svg);
  const copy = shape(
    "svg",
    { width: clientWidth, height: clientHeight, viewBox: [start, head, width, height].join(" "), "font-family": style.fontFamily },
    shape("rect", { x: start, y: head, width, height, fill: getComputedStyle(document.body).backgroundColor }),
    [...svg.children].map(styled),
  );
  return new XMLSerializer().serializeToString(copy);
}

/** Copy what is seen, with the style that it has at the moment. */
function styled(original) {
  const style = getComputedStyle(original);
  if (style.display === "none" || style.visibility === "hidden") return null;
  const isText = original.tagName === "text";
  if (SHAPES.includes(original.tagName) && style.fill === "none" && style.stroke === "none") return null;
  const names = isText ? OF_TEXTS : SHAPES.includes(original.tagName) ? OF_SHAPES : [];
  const copy = shape(original.tagName);
  for (const name of KEPT) if (original.hasAttribute(name)) copy.setAttribute(name, original.getAttribute(name));
  for (const name of names) if (style[name] !== USUAL[name]) copy.setAttribute(name, style[name]);
  if (style.opacity !== "1") copy.setAttribute("opacity", style.opacity);
  if (isText) copy.textContent = original.textContent.replaceAll(" ", "\u00a0"); // other programs would take some away
  else copy.append(...[...original.children].map(styled).filter(Boolean));
  return copy;
}

/** Paint an SVG, as a PNG. */
async function painted(text, width, height) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = element("canvas", { width: width * SHARPNESS, height: height * SHARPNESS });
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
