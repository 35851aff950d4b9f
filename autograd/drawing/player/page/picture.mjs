// The picture: the drawing's own SVG, in which cards get their numbers, edges their colours, and all of it its state.
import { shape } from "./elements.mjs";
import { figure, numeric } from "./figures.mjs";
import { Cells } from "./cells.mjs";
import { Landing } from "./landing.mjs";

const SMALL = 5; // the width of a character of what lies on an edge, in points

export class Picture {
  constructor(data, layout, template) {
    this.data = data;
    this.layout = layout;
    this.svg = template.content.firstElementChild.cloneNode(true);
    this.page = this.svg.firstElementChild;
    this.groups = new Map();
    this.wires = new Map();
    for (const group of this.page.children) this.sort(group);
    for (const key of new Set(Object.values(layout.blocks))) this.addProgress(this.groups.get(key));
    for (const key of Object.keys(layout.constants)) this.groups.get(key).classList.add("unasked");
    this.nodesOf = this.owners();
    this.link();
    this.cells = new Cells((node) => this.groups.get(layout.cards[node]));
    this.landing = new Landing(this);
    this.active = [];
  }

  sort(group) {
    const key = group.dataset.key;
    if (group.classList.contains("edge")) this.wires.set(key, [...(this.wires.get(key) ?? []), group]);
    if (group.classList.contains("node")) this.groups.set(key, group);
  }

  /** Which nodes each thing of the picture stands for. */
  owners() {
    const owners = new Map();
    const { cards, discs, blocks } = this.layout;
    for (const part of [blocks, discs, cards]) {
      for (const [node, key] of Object.entries(part)) owners.set(key, [...(owners.get(key) ?? []), Number(node)]);
    }
    return owners;
  }

  /** Say of each edge what it stands for: an operation, and which operand goes in there; none where the result comes out. */
  link() {
    this.uses = new Map();
    this.wiresOf = this.data.nodes.map(() => new Set());
    const add = (wire, node, position, carried) => {
      if (!wire) return;
      this.uses.set(wire, [...(this.uses.get(wire) ?? []), { node, position, carried }]);
      this.wiresOf[node].add(wire);
    };
    this.data.nodes.forEach(({ parents }, node) => {
      add(this.wireOut(node), node, null, node);
      parents.forEach((parent, position) => parent !== null && add(this.wireInto(node, position), node, position, parent));
    });
  }

  /** The groups that stand for a node: its card, or the block that holds it. */
  cardOf(node) {
    return this.groups.get(this.layout.cards[node] ?? this.layout.blocks[node]);
  }

  discOf(node) {
    return this.groups.get(this.layout.discs[node] ?? this.layout.blocks[node]);
  }

  /** The edge by which an operand goes into an operation. */
  wireInto(node, position) {
    const { cards, blocks } = this.layout;
    const { parents } = this.data.nodes[node];
    const tail = (each) => cards[each] ?? blocks[each];
    const head = this.layout.discs[node] ?? blocks[node];
    const same = this.wires.get(`${tail(parents[position])}->${head}`) ?? [];
    const before = parents.slice(0, position).filter((each) => each !== null && tail(each) === tail(parents[position]));
    return same[Math.min(before.length, same.length - 1)];
  }

  wireOut(node) {
    const head = this.layout.cards[node];
    return (this.wires.get(`${this.layout.discs[node] ?? this.layout.blocks[node]}->${head}`) ?? [])[0];
  }

  /** Put a line below a block, as long as what is done of its operations. */
  addProgress(group) {
    const outline = group.querySelector(".ring");
    const [width, height] = ["width", "height"].map((name) => Number(outline.getAttribute(name)));
    for (const phase of ["forward", "backward"]) group.append(shape("rect", { class: `progress ${phase}`, x: 0, y: height + 3, height: 3, rx: 1.5, "data-full": width }));
  }

  // What a frame has

  /** Colour edges, and the rings of discs and the stripes of cards, by the gradients of a frame. */
  color(numbers, scale) {
    for (const [wire, uses] of this.uses) {
      const strengths = uses.map(({ carried }) => strengthOf(numbers, carried)).filter((each) => each !== null);
      wire.dataset.pen = penOf(strengths.length ? strengths.reduce((most, each) => (each <= most ? most : each)) : null, scale);
    }
    this.data.nodes.forEach((_, node) => {
      for (const part of ["cards", "discs"]) {
        const group = this.groups.get(this.layout[part][node]);
        if (group) group.dataset.pen = penOf(strengthOf(numbers, node), scale);
      }
    });
  }

  /** Write on the edges of scalars their local derivatives, and what they contribute. */
  label(numbers) {
    this.data.walk.forEach((visit, number) => {
      const g = numbers.gradient(visit.node)?.data;
      visit.contributions.forEach((each, item) => {
        const wire = this.wireInto(visit.node, each.position);
        const gave = numbers.gave(number, item).data;
        if (g?.length !== 1 || gave?.length !== 1 || !this.layout.discs[visit.node] || !wire) return;
        const derivative = wire.querySelector("text.derivative");
        if (derivative && g[0]) derivative.textContent = derivative.textContent.replace(/= .*/, `= ${figure(gave[0] / g[0])}`);
        this.layOn(wire, signed(figure(gave[0])));
      });
    });
  }

  /** Lay a small text on the middle of an edge. */
  layOn(wire, text) {
    const path = wire.querySelector("path");
    const { x, y } = path.getPointAtLength(path.getTotalLength() / 2);
    const width = 5 + SMALL * text.length;
    wire.querySelector(".gave")?.remove();
    wire.append(
      shape(
        "g",
        { class: "gave", transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` },
        shape("rect", { x: -width / 2, y: -5.5, width, height: 11, rx: 5.5 }),
        shape("text", { "text-anchor": "middle", y: 2.9 }, text),
      ),
    );
  }

  // What has happened so far

  /** Show the state of some nodes, or of all. */
  show(changed, states, numbers, theme) {
    const keys = new Set();
    const wires = new Set();
    for (const node of changed) {
      const state = states(node);
      this.cells.fill(node, "value", numbers.value(node), theme);
      this.cells.fill(node, "gradient", numbers.sum(node, state.last) ?? numbers.gradient(node), theme);
      for (const part of ["cards", "discs", "blocks"]) if (this.layout[part][node]) keys.add(this.layout[part][node]);
      for (const wire of this.wiresOf[node]) wires.add(wire);
    }
    for (const key of keys) this.showThing(key, states);
    for (const wire of wires) this.showWire(wire, states);
  }

  /** A block waits until one of its operations has been computed; what is in it from the start says nothing. */
  showThing(key, states) {
    const group = this.groups.get(key);
    const all = this.nodesOf.get(key).map((node) => ({ ...states(node), isComputed: Boolean(this.data.nodes[node].label) }));
    const computed = all.filter((state) => state.isComputed);
    group.classList.toggle("waiting", !(computed.length ? computed : all).some((state) => state.valued));
    group.classList.toggle("reached", all.some((state) => state.landed > 0));
    group.classList.toggle("settled", all.every((state) => state.settled));
    group.classList.toggle("unasked", all.every((state) => !state.expected));
    for (const line of group.querySelectorAll(".progress")) {
      const done = computed.filter(line.matches(".forward") ? (state) => state.valued : (state) => state.settled);
      line.setAttribute("width", (line.dataset.full * done.length) / computed.length);
    }
  }

  /** An edge is reached by the gradient when it has contributed; the one of a result, when all have that read it. */
  showWire(wire, states) {
    const uses = this.uses.get(wire).map((use) => ({ ...use, state: states(use.node) }));
    wire.classList.toggle("waiting", !uses.some(({ state }) => state.valued));
    wire.classList.toggle("reached", uses.some(({ state, position }) => (position === null ? state.settled : state.hasGiven(position))));
  }

  // What happens at the moment

  /** Put rings around what a moment is about, and have its edges move. */
  activate(moment, isSelected) {
    for (const [group, ...names] of this.active) group.classList.remove(...names);
    this.active = [];
    const mark = (group, ...names) => {
      if (!group) return;
      group.classList.add(...names);
      this.active.push([group, ...names]);
    };
    if (isSelected !== null) mark(this.cardOf(isSelected), "selected");
    if (!moment) return;
    if (moment.kind === "seed") mark(this.cardOf(moment.node), "active", "backward");
    if (moment.kind === "computes") {
      mark(this.discOf(moment.node), "active", "forward");
      mark(this.cardOf(moment.node), "active", "forward");
      for (const wire of this.wiresOf[moment.node]) mark(wire, "moving", "forward");
    }
    if (moment.kind === "gives") {
      mark(this.discOf(moment.node), "active", "backward");
      mark(this.cardOf(moment.parent), "active", "backward");
      mark(this.wireOut(moment.node), "moving", "backward");
      mark(this.wireInto(moment.node, moment.position), "moving", "backward");
    }
  }
}

/** A number as a summand. */
export function signed(text) {
  return text.startsWith("-") ? text : `+${text}`;
}

/** The root mean square of the gradient at a node, or null where there is none. */
function strengthOf(numbers, node) {
  const gradient = numbers.gradient(node);
  return gradient?.rms === undefined ? null : numeric(gradient.rms);
}

/** The pen of an edge, by the strength of the gradient that it carries. */
function penOf(strength, scale) {
  if (strength === null) return "none";
  if (!Number.isFinite(strength)) return "odd";
  return strength === 0 ? "zero" : `r${scale.index(strength)}`;
}
