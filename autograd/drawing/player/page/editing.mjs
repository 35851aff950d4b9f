// Scalar graphs: change a leaf, and see everything computed anew.
import { element } from "./elements.mjs";
import { precise } from "./figures.mjs";
import { Numbers } from "./numbers.mjs";
import { recomputed, unknownOperations } from "./operations.mjs";

export class Editing {
  constructor(player) {
    this.player = player;
    this.unknown = unknownOperations(player.data.nodes);
    this.changed = new Map();
  }

  /** The recorded value of a leaf, in the frame that is shown. */
  recorded(index) {
    return this.player.frames[this.player.frame].value(index)?.data?.[0];
  }

  /** The field in which the value of a leaf can be changed. */
  field(index) {
    const node = this.player.data.nodes[index];
    if (node.label) return null;
    if (this.unknown.length) {
      return element("p", { class: "quiet" }, `This value cannot be changed here: the page cannot compute ${this.unknown.join(", ")}.`);
    }
    const input = element("input", { id: "leaf", type: "text", inputmode: "decimal", autocomplete: "off", value: precise(this.changed.get(index) ?? this.recorded(index)) });
    const form = element(
      "form",
      { class: "edit", submit: (event) => (event.preventDefault(), this.change(index, input)) },
      element("label", { for: "leaf" }, "change to"),
      input,
      element("button", {}, "compute"),
      this.changed.size ? element("button", { type: "button", click: () => this.reset() }, "as recorded") : null,
    );
    return form;
  }

  change(index, input) {
    const number = Number(input.value.trim().replace(",", ".").replace("−", "-"));
    if (!input.value.trim() || !Number.isFinite(number)) return input.setAttribute("aria-invalid", "true");
    this.changed.set(index, number);
    const leaves = this.player.data.nodes.map((node, at) => (node.label ? null : this.changed.get(at) ?? this.recorded(at)));
    this.player.numbers = new Numbers(this.player.data, recomputed(this.player.data, leaves));
    this.player.refresh();
  }

  reset() {
    this.changed.clear();
    this.player.useFrame(this.player.frame);
  }
}
