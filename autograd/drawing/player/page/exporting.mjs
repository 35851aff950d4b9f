// The picture as it stands, as an SVG or a PNG.
import { element, find } from "./elements.mjs";

const SHARPNESS = 2;

/** The text of an SVG that shows what the stage shows, with all its styles. */
export function exported(svg, stage, viewport, theme) {
  const copy = svg.cloneNode(true);
  const { clientWidth, clientHeight } = stage;
  copy.removeAttribute("style");
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", clientWidth);
  copy.setAttribute("height", clientHeight);
  copy.setAttribute("data-theme", theme);
  const [left, top] = svg.getAttribute("viewBox").split(/[\s,]+/).map(Number);
  const { x, y, scale } = viewport;
  copy.setAttribute("viewBox", [left - x / scale, top - y / scale, clientWidth / scale, clientHeight / scale].join(" "));
  const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
  style.textContent = find("style").textContent;
  copy.prepend(style);
  copy.style.background = getComputedStyle(document.documentElement).getPropertyValue("--ground");
  return new XMLSerializer().serializeToString(copy);
}

export function download(name, blob) {
  const address = URL.createObjectURL(blob);
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

export const svgBlob = (text) => new Blob([text], { type: "image/svg+xml" });

/** Paint an SVG. */
export async function pngBlob(text, width, height) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = element("canvas", { width: width * SHARPNESS, height: height * SHARPNESS });
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
