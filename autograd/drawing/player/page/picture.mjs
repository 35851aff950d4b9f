// The picture: the drawing's own SVG, in which cards get their numbers, edges their colours, and all of it its state.
import { element, shape } from "./elements.mjs";
import { figure, numeric } from "./figures.mjs";
import { summarized } from "./numbers.mjs";
import { Scale, largestOf, tint } from "./colours.mjs";

const ROWS = ["value", "gradient"];

export class Picture {
  constructor(data, layout, template) {
    this.data = data;
    this.layout = layout;
    this.svg = template.content.firstElementChild.cloneNode(true);
    this.page = this.svg.firstElementChild;
    this.groups = new Map();
    this.wires = new Map();
    for (const group of this.page.children) this.sort(group);
    this.page.append((this.overlay = shape("g", { class: "overlay" })));
    this.cells = new Map();
    this.nodesOf = this.owners();
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

  /** The edges that carry the value of each node. */
  eachWire(act) {
    this.data.nodes.forEach((node, index) => {
      const out = this.wireOut(index);
      if (out) act(out, index, index);
      node.parents.forEach((parent, position) => {
        const wire = parent === null ? null : this.wireInto(index, position);
        if (wire) act(wire, parent, index);
      });
    });
  }

  /** Colour edges, and the rings of discs and the stripes of cards, by the gradients of a frame. */
  color(numbers, scale) {
    const strongest = new Map();
    this.eachWire((wire, carried) => {
      const strength = strengthOf(numbers, carried);
      const known = strongest.get(wire);
      if (known === undefined || (strength !== null && !(strength <= (known ?? -1)))) strongest.set(wire, strength);
    });
    this.data.nodes.forEach((_, node) => {
      const strength = strengthOf(numbers, node);
      for (const part of ["cards", "discs"]) {
        const group = this.groups.get(this.layout[part][node]);
        if (group) strongest.set(group, strength);
      }
    });
    for (const [group, strength] of strongest) group.dataset.pen = penOf(strength, scale);
  }

  /** Write the local derivatives of scalars on their edges. */
  derive(numbers) {
    this.data.walk.forEach((visit, number) => {
      const g = numbers.gradient(visit.node)?.data;
      visit.contributions.forEach((each, item) => {
        const text = this.wireInto(visit.node, each.position)?.querySelector("text.derivative");
        const gave = numbers.gave(number, item).data;
        if (text && g?.length === 1 && gave?.length === 1 && g[0]) text.textContent = text.textContent.replace(/= .*/, `= ${figure(gave[0] / g[0])}`);
      });
    });
  }

  // What has happened so far

  /** Show the state of some nodes, or of all. */
  show(changed, states, numbers, theme) {
    const nodes = [...changed];
    const keys = new Set();
    for (const node of nodes) {
      const state = states(node);
      this.showNumbers(node, state, numbers, theme);
      for (const part of ["cards", "discs", "blocks"]) if (this.layout[part][node]) keys.add(this.layout[part][node]);
    }
    for (const key of keys) this.showThing(key, states);
    for (const node of nodes) this.showWires(node, states);
  }

  showThing(key, states) {
    const group = this.groups.get(key);
    const all = this.nodesOf.get(key).map(states);
    group.classList.toggle("waiting", !all.some((state) => state.valued));
    group.classList.toggle("reached", all.some((state) => state.landed > 0));
    group.classList.toggle("settled", all.every((state) => state.settled));
    group.classList.toggle("unasked", all.every((state) => !state.expected));
  }

  showWires(index, states) {
    const node = this.data.nodes[index];
    const out = this.wireOut(index);
    const own = states(index);
    out?.classList.toggle("waiting", !own.valued);
    out?.classList.toggle("reached", own.settled);
    node.parents.forEach((parent, position) => {
      const wire = parent === null ? null : this.wireInto(index, position);
      if (!wire) return;
      wire.classList.toggle("waiting", !own.valued);
      wire.classList.toggle("reached", states(parent).landed > 0 && own.settled);
    });
  }

  /** The texts and the grounds of the cells in a row of a card; none where the card sums up. */
  cellsOf(node, row) {
    const name = `${node} ${row}`;
    if (!this.cells.has(name)) {
      const group = this.layout.cards[node] ? this.cardOf(node) : null;
      this.cells.set(name, {
        texts: group ? [...group.querySelectorAll(`text.${row}`)] : [],
        grounds: group ? [...group.querySelectorAll(`polygon.${row}:not(.stripe)`)] : [],
      });
    }
    return this.cells.get(name);
  }

  showNumbers(node, state, numbers, theme) {
    this.fill(node, "value", numbers.value(node), theme);
    this.fill(node, "gradient", numbers.sum(node, state.last) ?? numbers.gradient(node), theme);
  }

  /** Write an array into its cells; `data` may be in place of its own while a sum counts up. */
  fill(node, row, array, theme, data = array?.data) {
    const { texts, grounds } = this.cellsOf(node, row);
    if (!data || texts.length !== data.length) {
      if (array?.bars) this.fillSummary(texts, grounds, array);
      else if (data?.length && texts.length > 1) this.fillSummary(texts, grounds, summarized(array, grounds.length));
      return;
    }
    const largest = largestOf(data);
    data.forEach((number, index) => {
      texts[index].textContent = figure(number, array.dtype);
      if (grounds.length === data.length) grounds[index].style.fill = tint(number, largest, theme[row], theme);
    });
  }

  /** Show no gradient in a card that is about to get its first contribution. */
  empty(node, theme) {
    const { texts, grounds } = this.cellsOf(node, "gradient");
    if (texts.length !== grounds.length) return; // it sums up
    for (const text of texts) text.textContent = "";
    for (const ground of grounds) ground.style.fill = theme.neutral;
  }

  /** Write range, mean and deviation of a large array where its card says them, and set the bars of its histogram. */
  fillSummary(texts, grounds, array) {
    const figures = texts.filter((text) => !/^\s*(mean|deviation)/.test(text.textContent));
    const said = [array.min, array.max, array.mean, array.deviation];
    if (figures.length !== said.length || grounds.length !== array.bars.length) return;
    said.forEach((number, index) => (figures[index].textContent = figure(number)));
    const most = Math.max(...array.bars);
    grounds.forEach((bar, index) => {
      const points = bar.getAttribute("points").split(" ").map((point) => point.split(",").map(Number));
      const [left, right] = [Math.min(...points.map(([x]) => x)), Math.max(...points.map(([x]) => x))];
      const ground = Math.max(...points.map(([, y]) => y));
      const top = ground - Math.max(1, Math.ceil((28 * array.bars[index]) / most));
      bar.setAttribute("points", `${left},${ground} ${left},${top} ${right},${top} ${right},${ground}`);
    });
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
    if (isSelected !== null) mark(this.cardOf(isSelected) ?? null, "selected");
    if (!moment) return;
    if (moment.kind === "seed") mark(this.cardOf(moment.node), "active", "backward");
    if (moment.kind === "computes") {
      mark(this.discOf(moment.node), "active", "forward");
      mark(this.cardOf(moment.node), "active", "forward");
      mark(this.wireOut(moment.node), "moving", "forward");
      this.data.nodes[moment.node].parents.forEach((parent, position) => {
        if (parent !== null) mark(this.wireInto(moment.node, position), "moving", "forward");
      });
    }
    if (moment.kind === "gives") {
      mark(this.discOf(moment.node), "active", "backward");
      mark(this.cardOf(moment.parent), "active", "backward");
      mark(this.wireOut(moment.node), "moving", "backward");
      mark(this.wireInto(moment.node, moment.position), "moving", "backward");
    }
  }

  /** Let a contribution run along its edge, from the operation to the operand. */
  travel(moment, text, duration, done) {
    const path = this.wireInto(moment.node, moment.position)?.querySelector("path");
    this.overlay.replaceChildren();
    if (!path || !duration) return done();
    const width = 12 + 6.2 * text.length;
    const pill = shape(
      "g",
      { class: "token" },
      shape("rect", { x: -width / 2, y: -9, width, height: 18, rx: 9 }),
      shape("text", { "text-anchor": "middle", y: 3.5 }, text),
    );
    this.overlay.append(pill);
    const length = path.getTotalLength();
    const began = performance.now();
    const move = (now) => {
      if (!pill.isConnected) return;
      const share = Math.min(1, Math.max(0, (now - began) / duration));
      const point = path.getPointAtLength(length * (1 - share * share * (3 - 2 * share)));
      pill.setAttribute("transform", `translate(${point.x.toFixed(1)} ${point.y.toFixed(1)})`);
      if (share < 1) return requestAnimationFrame(move);
      pill.remove();
      done();
    };
    move(began);
  }

  /** Count a gradient up from one sum to the next. */
  countUp(node, before, after, theme, duration) {
    if (!after.data || !duration || this.cellsOf(node, "gradient").texts.length !== after.data.length) {
      return this.fill(node, "gradient", after, theme);
    }
    const token = (this.counting = {});
    const began = performance.now();
    const tick = (now) => {
      if (this.counting !== token) return;
      const share = Math.min(1, Math.max(0, (now - began) / duration));
      const data = after.data.map((number, index) => {
        const start = before?.data ? before.data[index] : 0;
        return share < 1 && typeof number === "number" && typeof start === "number" ? start + share * (number - start) : number;
      });
      this.fill(node, "gradient", after, theme, data);
      if (share < 1) requestAnimationFrame(tick);
    };
    tick(began);
  }

  /** End what runs: a contribution that is on its way has landed. */
  stop() {
    this.overlay.replaceChildren();
    this.counting = null;
    this.land?.();
    this.land = null;
  }
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
    ...ROWS.map((row) => ramp(row, shades(row), ["−", "", "0", "", "+"])),
    ramp("cards", theme.bars, ["weight", "input", "between", "result"]),
  ];
}
