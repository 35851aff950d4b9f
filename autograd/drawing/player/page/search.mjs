// Search: by name, operation, module.
import { element, find } from "./elements.mjs";

const MOST = 12;

export class Search {
  constructor(player) {
    this.player = player;
    this.input = find("#search");
    this.list = find("#found");
    this.input.addEventListener("input", () => this.look());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", (event) => !this.list.contains(event.relatedTarget) && this.close());
  }

  focus() {
    this.input.focus();
    this.input.select();
  }

  /** The nodes in which all words are found; those whose name begins with the first one come first. */
  matches(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const nodes = this.player.data.nodes.map((node, index) => ({ node, index, text: [node.name, node.operation, node.label, ...node.scopes].join(" ").toLowerCase() }));
    const found = nodes.filter((each) => words.every((word) => each.text.includes(word)));
    return found.sort((a, b) => b.node.name.toLowerCase().startsWith(words[0]) - a.node.name.toLowerCase().startsWith(words[0]) || b.node.named - a.node.named);
  }

  look() {
    const found = this.matches(this.input.value);
    this.at = 0;
    this.found = found.slice(0, MOST);
    this.list.replaceChildren(
      ...this.found.map((each, order) => this.option(each.node, order)),
      ...(found.length > MOST ? [element("li", { class: "quiet" }, `${found.length - MOST} more`)] : []),
      ...(this.input.value.trim() && !found.length ? [element("li", { class: "quiet" }, "nothing found")] : []),
    );
    this.list.hidden = !this.list.children.length;
    this.input.setAttribute("aria-expanded", !this.list.hidden);
    this.mark();
  }

  option(node, order) {
    const about = [node.label && node.operation, ...node.scopes.slice(-1)].filter(Boolean).join(", ");
    const choose = (event) => (event.preventDefault(), this.choose(order));
    const attributes = { role: "option", id: `found-${order}`, mousedown: choose };
    return element("li", attributes, element("b", {}, node.name), " ", element("small", {}, about));
  }

  mark() {
    [...this.list.children].forEach((each, order) => each.setAttribute("aria-selected", order === this.at));
    this.input.setAttribute("aria-activedescendant", this.found?.length ? `found-${this.at}` : "");
  }

  key(event) {
    if (event.key === "Escape") return this.close();
    if (event.key === "Enter" && this.found?.length) this.choose(this.at);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !this.found?.length) return;
    event.preventDefault();
    this.at = (this.at + step + this.found.length) % this.found.length;
    this.mark();
  }

  choose(order) {
    this.player.show(this.found[order].index);
    this.close();
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", false);
  }
}
