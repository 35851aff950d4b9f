// The inspector: what happens at the moment, and all about one node.
import { element, refill } from "./elements.mjs";
import { figure } from "./figures.mjs";
import { brief, chart } from "./charts.mjs";
import { isByElement, place, putIn, summands, terms, written } from "./formulas.mjs";
import { farthest } from "./numbers.mjs";

const KINDS = { weight: "weight", input: "input, constant", intermediate: "intermediate", result: "result" };

export class Inspector {
  constructor(host, player) {
    this.host = host;
    this.player = player;
    this.now = element("section", { class: "now", "aria-label": "now" });
    this.about = element("section", { class: "about", "aria-label": "node" });
    host.append(this.now, this.about);
    this.picked = new Map();
  }

  /** Give the name of a node, and what stands for it where it has none. */
  title(node) {
    return this.player.data.nodes[node].name;
  }

  // Now

  showNow(moment) {
    refill(this.now, this.saidOf(moment));
  }

  saidOf(moment) {
    const { data, moments } = this.player;
    if (!moment) {
      return [
        element("h2", {}, "Start"),
        element("p", {}, `Weights and inputs have their values. ${moments.forward} operations follow, then the backward: ${moments.count - moments.forward} moments.`),
      ];
    }
    if (moment.kind === "seed") {
      const name = this.title(moment.node);
      return [
        this.heading("backward", "The gradient starts"),
        element("p", { class: "formula" }, `∂${name}/∂${name} = `, element("b", { class: "gradient" }, "1")),
      ];
    }
    return moment.kind === "computes" ? this.saidOfForward(moment) : this.saidOfBackward(moment, data);
  }

  /** The name of a node, by which it is selected. */
  link(index) {
    return element("button", { type: "button", class: "link", click: () => this.player.select(index) }, this.title(index));
  }

  heading(phase, ...text) {
    return element("h2", { class: phase }, element("span", { class: "badge" }, phase), " ", ...text);
  }

  saidOfForward(moment) {
    return [this.heading("forward", this.link(moment.node)), this.resultFormula(moment.node)];
  }

  /** What an operation computes, and the same with numbers. */
  resultFormula(index) {
    const { data, numbers } = this.player;
    const node = data.nodes[index];
    const titles = {};
    const values = {};
    node.operands.forEach((name, position) => {
      const parent = node.parents[position];
      const constant = node.constants[position];
      titles[name] = parent === null ? constant?.text ?? name : this.title(parent);
      values[name] = parent === null ? this.given(constant) : { array: numbers.value(parent) };
    });
    const value = numbers.value(index);
    const chosen = this.elementOf(index, value);
    const sums = node.elementwise || chosen === null ? null : terms(node.formula, values, chosen, value.shape);
    const at = node.elementwise || sums ? chosen : null;
    const where = at === null ? "" : place(at, value.shape);
    return [
      element("p", { class: "formula" }, element("var", {}, node.name), " = ", written(node.formula, titles)),
      element("p", { class: "formula" }, where && element("small", {}, `at ${where}: `), sums ?? putIn(node.formula, values, at, value?.shape), " = ", element("b", { class: "value" }, brief(value, at))),
    ];
  }

  saidOfBackward(moment, data) {
    const { numbers } = this.player;
    const node = data.nodes[moment.node];
    const parent = data.nodes[moment.parent];
    const operand = node.operands[moment.position];
    const landings = this.player.moments.landings[moment.parent];
    const which = landings.findIndex((each) => each.visit === moment.visit && each.item === moment.item);
    const sum = this.sumText(moment, which, landings, numbers);
    const named = operand === parent.name ? operand : `${operand} (${parent.name})`;
    return [
      this.heading("backward", this.link(moment.node), " → ", this.link(moment.parent)),
      element("p", { class: "quiet" }, `${node.operation} gives its operand ${named} a contribution${landings.length > 1 ? `, ${which + 1} of ${landings.length}` : ""}.`),
      this.ruleFormula(moment),
      sum,
    ];
  }

  sumText(moment, which, landings, numbers) {
    const total = numbers.sum(moment.parent, landings[which]);
    const index = this.elementOf(moment.parent, total);
    const terms = landings.slice(0, which + 1).map((each) => (each.seed ? "1" : brief(numbers.gave(each.visit, each.item), index)));
    const shown = terms.length > 5 ? [terms[0], "…", ...terms.slice(-3)] : terms;
    const before = shown.flatMap((term, at) => [at ? " + " : "", term.startsWith("-") && at ? `(${term})` : term]);
    const where = total.data && total.data.length > 1 ? element("small", {}, `at ${place(index, total.shape)}: `) : null;
    return element(
      "p",
      { class: "formula sum" },
      element("var", {}, this.slope(moment.parent)),
      " = ",
      where,
      terms.length > 1 ? [before, " = "] : null,
      element("b", { class: "gradient" }, brief(total, index)),
      which + 1 < landings.length ? element("small", {}, " so far") : null,
    );
  }

  /** The rule by which an operation gives a contribution, and the same with numbers. */
  ruleFormula(moment) {
    const { numbers, data } = this.player;
    const node = data.nodes[moment.node];
    const { titles, values } = this.meanings(moment);
    const gave = numbers.gave(moment.visit, moment.item);
    if (!moment.formula) {
      return [
        moment.source ? element("pre", { class: "source", tabindex: "0" }, moment.source) : element("p", { class: "quiet" }, "The rule has no source to show."),
        element("p", { class: "formula" }, `${this.slope(moment.parent)} += `, element("b", { class: "gradient" }, brief(gave, this.elementOf(moment.parent, gave)))),
      ];
    }
    const shape = numbers.gradient(moment.node)?.shape;
    const index = this.elementOf(moment.parent, gave);
    const isEach = (node.elementwise && gave.shape.join() === shape?.join()) || isByElement(moment.formula, values, gave.shape);
    const at = isEach ? index : null;
    const isOne = gave.data?.length === 1;
    const isPassedOn = moment.formula.length === 1 && moment.formula[0][0] === "g";
    const isSummed = (node.elementwise || isPassedOn) && gave.shape.join() !== shape?.join();
    const summed = isSummed && isPassedOn ? summands(values.g.array, index, gave.shape) : null;
    const sums = index === null || at !== null ? null : summed ?? terms(moment.formula, values, index, gave.shape);
    const where = index === null || isOne ? "" : place(index, gave.shape);
    const added = element("var", {}, `${this.slope(moment.parent)} += `);
    const result = element("b", { class: "gradient" }, brief(gave, index));
    return [
      element("p", { class: "formula" }, added, written(moment.formula, titles), isSummed ? element("small", {}, "  (summed where it was broadcast)") : null),
      element("p", { class: "formula" }, where && element("small", {}, `at ${where}: `), sums ?? putIn(moment.formula, values, at, gave.shape), !sums && (isSummed || (where && !isEach)) ? " → " : " = ", result),
      this.localDerivative(moment, gave),
    ];
  }

  /** How the gradient at a node is written. */
  slope(node) {
    return `∂${this.title(this.player.moments.result)}/∂${this.title(node)}`;
  }

  /** What the names in a rule are called, and what they stand for. */
  meanings(moment) {
    const { numbers, data } = this.player;
    const node = data.nodes[moment.node];
    const titles = { g: this.slope(moment.node), out: node.name };
    const values = { g: { array: numbers.gradient(moment.node), row: "gradient" }, out: { array: numbers.value(moment.node) } };
    const { given } = numbers.contribution(moment.visit, moment.item);
    for (const [name, each] of Object.entries(given)) {
      const position = node.operands.indexOf(name);
      const parent = position < 0 ? null : node.parents[position];
      if (parent !== null) titles[name] = this.title(parent);
      else if (position >= 0) titles[name] = node.constants[position]?.text ?? name;
      values[name] = this.given(each);
    }
    return { titles, values };
  }

  localDerivative(moment, gave) {
    const g = this.player.numbers.gradient(moment.node);
    if (g?.data?.length !== 1 || gave.data?.length !== 1 || !g.data[0]) return null;
    return element("p", { class: "quiet" }, "local derivative ", element("b", {}, figure(gave.data[0] / g.data[0])));
  }

  given(each) {
    if (!each) return undefined;
    return each.text === undefined ? { array: this.player.numbers.array(each.array) } : each;
  }

  /** Which element of a node formulas are about: the one that was chosen, else the one farthest from zero. */
  elementOf(node, array) {
    if (!array?.data?.length) return null;
    const picked = this.picked.get(node);
    return picked !== undefined && picked < array.data.length ? picked : farthest(array);
  }

  pick(node, index) {
    this.picked.set(node, index);
    this.player.refresh();
  }

  // About a node

  showNode(index, state) {
    if (index === null) return refill(this.about, element("p", { class: "quiet" }, "Click a card or a disc to see all about it."));
    const { data, numbers, theme } = this.player;
    const node = data.nodes[index];
    const value = state.valued ? numbers.value(index) : null;
    const sum = numbers.sum(index, state.last) ?? this.absence(index);
    refill(
      this.about,
      element("h2", { class: node.kind }, element("i", { class: "kind", "aria-hidden": "true" }), node.name),
      this.facts(node),
      this.player.editing?.field(index) ?? "",
      element("h3", { class: "value" }, "value"),
      chart(value, "value", theme, { pick: (at) => this.pick(index, at), picked: this.picked.get(index) ?? null }),
      node.label && state.valued ? element("div", { class: "rule" }, this.resultFormula(index)) : "",
      element("h3", { class: "gradient" }, "gradient", state.landed && !state.settled ? element("small", {}, ` so far, ${state.landed} of ${this.player.moments.landings[index].length}`) : ""),
      chart(sum, "gradient", theme, { pick: (at) => this.pick(index, at), picked: this.picked.get(index) ?? null }),
      this.contributions(index, state),
    );
  }

  absence(index) {
    const gradient = this.player.numbers.gradient(index);
    return typeof gradient === "string" ? gradient : null;
  }

  facts(node) {
    const facts = [
      ["kind", KINDS[node.kind]],
      ["shape", `${node.shape}, ${node.dtype}`],
      ["operation", node.label ? `${node.operation} (${node.label})` : null],
      ["module", node.scopes.length ? node.scopes.join(" › ") : null],
      ["line", node.line],
    ].filter(([, text]) => text);
    return [
      element("dl", { class: "facts" }, facts.map(([name, text]) => element("div", {}, element("dt", {}, name), element("dd", {}, text)))),
      node.code ? element("pre", { class: "source", tabindex: "0" }, node.code) : null,
    ];
  }

  /** The sum of a gradient, edge by edge. */
  contributions(index, state) {
    const landings = this.player.moments.landings[index];
    if (!landings.length) return "";
    const { data, numbers, moments } = this.player;
    const rows = landings.map((each, order) => {
      const has = order < state.landed;
      const moment = moments.at(each.at);
      const array = has ? (each.seed ? numbers.gradient(index) : numbers.gave(each.visit, each.item)) : null;
      const from = each.seed ? "seed" : `from ${this.title(moment.node)}, by ${data.nodes[moment.node].label}`;
      const link = element("button", { type: "button", class: "link", click: () => this.player.go(each.at) }, from);
      const number = has ? brief(array, this.elementOf(index, array)) : "…";
      return element("tr", { class: has ? "landed" : "open" }, element("td", {}, link), element("td", {}, number));
    });
    const total = numbers.sum(index, state.last);
    const foot = element("tr", { class: "total" }, element("td", {}, state.settled ? "sum" : "sum so far"), element("td", {}, total ? brief(total, this.elementOf(index, total)) : "…"));
    return element("div", {}, element("h3", {}, "contributions"), element("table", { class: "contributions" }, rows, foot));
  }
}
