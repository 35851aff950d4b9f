// What the pointer is on, in a few lines beside it.
import { element, find } from "./elements.mjs";
import { brief } from "./charts.mjs";

const NEAR = 6;
const MARGIN = 4;

export class Hover {
  constructor(player) {
    this.player = player;
    this.host = find("#hover");
  }

  /** Tell of a thing of the picture while the pointer is on it; `tell` gives the lines. */
  listen(group, tell) {
    group.addEventListener("pointerenter", () => this.show(group, tell()));
    group.addEventListener("pointerleave", () => this.host.removeAttribute("data-shown"));
  }

  show(group, lines) {
    this.host.replaceChildren(...lines);
    this.host.dataset.shown = "";
    this.place(group.getBoundingClientRect());
  }

  /** What is to be said of the nodes that a thing stands for. */
  linesOf(key, nodes) {
    const node = nodes.at(-1);
    const { data, numbers } = this.player;
    const state = this.player.states(node);
    const about = data.nodes[node];
    const gradient = numbers.sum(node, state.last) ?? this.player.inspector.absence(node);
    const title = key.startsWith("disc") ? `${about.operation} → ${about.name}` : about.name;
    return [
      element("b", {}, key.startsWith("block") ? this.player.labelOf(key, nodes) : title),
      element("span", {}, `${about.shape}, ${about.dtype}`),
      element("span", { class: "value" }, `value ${state.valued ? brief(numbers.value(node)) : "not reached yet"}`),
      element("span", { class: "gradient" }, `gradient ${gradient === null ? "not reached yet" : brief(gradient)}`),
      ...(about.line ? [element("span", { class: "quiet" }, about.line)] : []),
    ];
  }

  /** And of an array that is a constant. */
  linesOfConstant(array) {
    return [
      element("b", {}, "constant"),
      element("span", {}, `${array.shape.join(" × ")}, ${array.dtype}`),
      element("span", { class: "value" }, `value ${brief(array)}`),
    ];
  }

  /** Stand below the thing, or above it where there is no room. */
  place(thing) {
    const { host } = this;
    const stage = this.player.stage.getBoundingClientRect();
    const rightmost = Math.max(MARGIN, stage.width - host.offsetWidth - MARGIN);
    const below = thing.bottom - stage.top + NEAR;
    const above = Math.max(MARGIN, thing.top - stage.top - host.offsetHeight - NEAR);
    host.style.left = `${Math.min(Math.max(thing.left - stage.left, MARGIN), rightmost)}px`;
    host.style.top = `${below + host.offsetHeight > stage.height ? above : below}px`;
  }
}
