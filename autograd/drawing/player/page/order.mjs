// Why the walk has its order: beside it, a walk that goes on at once from each node that it meets first.
import { element, find, refill } from "./elements.mjs";
import { figure } from "./figures.mjs";

/** Walk depth first, handing on from a node as soon as it is met; gives what happens, and the gradients in the end. */
export function hastyWalk(data, slopeOf) {
  const visits = new Map(data.walk.map((visit, number) => [visit.node, number]));
  const gradients = new Map();
  const seen = new Set();
  const told = [];
  const result = data.walk[0].node;
  gradients.set(result, 1);
  const open = [{ node: result, item: 0 }];
  seen.add(result);
  while (open.length) {
    const here = open.at(-1);
    const number = visits.get(here.node);
    const each = number === undefined ? undefined : data.walk[number].contributions[here.item];
    if (!each) {
      open.pop();
      continue;
    }
    const gave = gradients.get(here.node) * slopeOf(number, here.item);
    here.item += 1;
    gradients.set(each.parent, (gradients.get(each.parent) ?? 0) + gave);
    told.push({ node: here.node, parent: each.parent, gave, sum: gradients.get(each.parent) });
    if (seen.has(each.parent)) continue;
    seen.add(each.parent);
    open.push({ node: each.parent, item: 0 });
  }
  return { gradients, told };
}

export class Order {
  constructor(player) {
    this.player = player;
    this.dialog = find("#order");
    const button = find("#why");
    button.hidden = !player.data.walk.length;
    button.addEventListener("click", () => this.open());
  }

  /** The local derivative along an edge, from what was recorded. */
  slope(visit, item) {
    const { numbers, data } = this.player;
    const g = numbers.gradient(data.walk[visit].node).data[0];
    return g ? numbers.gave(visit, item).data[0] / g : 0;
  }

  open() {
    const { data, numbers } = this.player;
    const { gradients, told } = hastyWalk(data, (visit, item) => this.slope(visit, item));
    const name = (node) => data.nodes[node].name;
    const right = data.walk.flatMap((visit, number) => visit.contributions.map((each, item) => ({ node: visit.node, parent: each.parent, gave: numbers.gave(number, item).data[0], sum: numbers.sum(each.parent, { visit: number, item }).data[0] })));
    const listed = (title, steps) => element("section", {}, element("h3", {}, title), element("ol", {}, steps.map((step) => element("li", {}, `${name(step.node)} → ${name(step.parent)}: `, element("b", { class: "gradient" }, figure(step.gave)), `, sum ${figure(step.sum)}`))));
    const rows = data.nodes.flatMap((node, index) => {
      const true_ = numbers.gradient(index);
      if (!true_?.data) return [];
      const hasty = gradients.get(index) ?? 0;
      const differs = Math.abs(hasty - true_.data[0]) > 1e-9 * Math.max(1, Math.abs(true_.data[0]));
      return [element("tr", { class: differs && "differs" }, element("th", { scope: "row" }, node.name), element("td", {}, figure(true_.data[0])), element("td", {}, figure(hasty)), element("td", {}, differs ? "wrong" : "the same"))];
    });
    const isWrong = rows.some((row) => row.classList.contains("differs"));
    refill(
      find("#order-content"),
      element("p", {}, "Each node may hand its gradient on only when all that uses it has contributed. A walk that goes on as soon as it meets a node hands on a sum that is not complete."),
      element("div", { class: "beside" }, listed("in topological order", right), listed("without topological order", told)),
      element("table", { class: "compared" }, element("tr", {}, ...["gradient of", "right", "hasty", ""].map((text) => element("th", { scope: "col" }, text))), rows),
      element("p", { class: isWrong ? "wrong" : "quiet" }, isWrong ? "What came later never went on to the nodes below." : "Here both agree: no node hands its gradient on before all of it is there. Try b = a + a; c = b + b."),
    );
    this.dialog.showModal();
  }
}
