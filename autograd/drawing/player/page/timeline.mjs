// The timeline: forward in green, backward in red, a tick for each node; what has passed is filled.
import { element, shape } from "./elements.mjs";

const HEIGHT = 34;
const MOST_TICKS = 600;

export class Timeline {
  constructor(host, moments, jump) {
    this.moments = moments;
    this.host = host;
    this.jump = jump;
    const { count, forward } = moments;
    this.svg = shape("svg", { viewBox: `0 0 ${count} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" });
    this.svg.append(
      shape("rect", { class: "half forward", x: 0, y: 12, width: forward, height: 10 }),
      shape("rect", { class: "half backward", x: forward, y: 12, width: count - forward, height: 10 }),
      (this.passedForward = shape("rect", { class: "passed forward", x: 0, y: 12, height: 10, width: 0 })),
      (this.passedBackward = shape("rect", { class: "passed backward", x: forward, y: 12, height: 10, width: 0 })),
      shape("path", { class: "tick forward", d: this.ticks("forward") }),
      shape("path", { class: "tick backward", d: this.ticks("backward") }),
    );
    host.append(this.svg, (this.cursor = element("div", { class: "cursor" })));
    host.append(element("div", { class: "words", "aria-hidden": "true" }, element("span", {}, "forward"), element("span", {}, "backward")));
    host.lastChild.style.gridTemplateColumns = `minmax(4em, ${forward}fr) minmax(5em, ${count - forward}fr)`;
    host.setAttribute("aria-valuemax", count);
    host.addEventListener("pointerdown", (event) => this.drag(event));
    host.addEventListener("pointermove", (event) => event.buttons && this.drag(event));
  }

  ticks(phase) {
    const starts = this.moments.starts();
    if (starts.length > MOST_TICKS) return ""; // they would be a wall
    return starts
      .filter((position) => this.moments.at(position).phase === phase)
      .map((position) => `M${position - 0.5} 6V28`)
      .join("");
  }

  drag(event) {
    const { left, width } = this.host.getBoundingClientRect();
    const place = Math.round(((event.clientX - left) / width) * this.moments.count + 0.5);
    this.jump(Math.min(Math.max(place, 0), this.moments.count));
  }

  show(position, text) {
    const { count, forward } = this.moments;
    const place = Math.max(0, position - 0.5); // the middle of the moment, where its tick is
    const passed = position === count ? count : place;
    this.passedForward.setAttribute("width", Math.min(passed, forward));
    this.passedBackward.setAttribute("width", Math.max(0, passed - forward));
    this.cursor.style.left = `${(100 * place) / count}%`;
    this.cursor.classList.toggle("backward", position > forward);
    this.host.setAttribute("aria-valuenow", position);
    this.host.setAttribute("aria-valuetext", text);
  }
}
