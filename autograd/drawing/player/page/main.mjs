// The player: what position it is at, and all that follows from that.
import { element, find } from "./elements.mjs";
import { brief } from "./charts.mjs";
import { download, exported, pngBlob, svgBlob } from "./exporting.mjs";
import { readFragment, writeFragment } from "./fragment.mjs";
import { Inspector } from "./inspector.mjs";
import { Moments } from "./moments.mjs";
import { Numbers } from "./numbers.mjs";
import { Picture, legend, scaleOf } from "./picture.mjs";
import { Timeline } from "./timeline.mjs";
import { Viewport } from "./viewport.mjs";
import { Prediction } from "./prediction.mjs";
import { Editing } from "./editing.mjs";
import { Order } from "./order.mjs";
import { Search } from "./search.mjs";

const SPEEDS = [0.25, 0.5, 1, 2, 4, 10, 50];
const BEAT = { forward: 900, backward: 1400 }; // milliseconds for a moment at speed 1
const NARROW = 760;
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

class Player {
  constructor(data) {
    this.data = data;
    this.moments = new Moments(data);
    this.frames = data.frames.map((frame) => new Numbers(data, frame));
    this.templates = [...document.querySelectorAll("template")];
    this.pictures = [];
    const state = readFragment();
    this.position = clamp(Number(state.p) || 0, 0, this.moments.count);
    this.frame = clamp(Number(state.f) || 0, 0, this.frames.length - 1);
    this.layout = clamp(Number(state.l) || 0, 0, data.layouts.length - 1);
    this.selected = state.n === undefined ? null : clamp(Number(state.n) || 0, 0, data.nodes.length - 1);
    this.themeName = state.t ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    this.speed = SPEEDS.includes(Number(state.s)) ? Number(state.s) : 1;
    this.numbers = this.frames[this.frame];
    this.scale = scaleOf(data, this.frames);
    this.states = (node) => this.moments.state(node, this.position);
    this.stage = find("#stage");
    this.viewport = new Viewport(this.stage, () => this.legendHeight(), () => this.remember());
    this.inspector = new Inspector(find("#inspector"), this);
    this.timeline = new Timeline(find("#timeline"), this.moments, (position) => this.jump(position));
    this.prediction = new Prediction(this);
    this.editing = data.editable ? new Editing(this) : null;
    this.order = data.editable ? new Order(this) : null;
    this.search = new Search(this);
    this.connect();
    if (innerWidth < NARROW) this.toggleLegend();
    this.setTheme(this.themeName);
    this.useLayout(this.layout);
    this.follow();
    const view = (state.v ?? "").split(",").map(Number);
    if (view.length === 3 && view.every(Number.isFinite) && view[2] > 0) this.viewport.place(...view);
  }

  get theme() {
    return this.data.themes[this.themeName];
  }

  get picture() {
    return this.pictures[this.layout];
  }

  get moment() {
    return this.moments.at(this.position);
  }

  // Going

  /** Go to a position; a step forwards may show how it comes about. */
  go(position, { shows = false } = {}) {
    const before = this.position;
    this.position = clamp(position, 0, this.moments.count);
    this.picture.stop();
    const isStep = this.position === before + 1;
    const nodes = Math.abs(this.position - before) > 3 ? this.allNodes() : this.between(before, this.position);
    this.picture.show(nodes, this.states, this.numbers, this.theme);
    this.picture.activate(this.moment, this.selected);
    if (isStep && shows && this.moment.kind === "gives") this.showLanding(this.moment);
    this.describe();
    this.follow();
  }

  /** Let a contribution travel to its operand, and the sum there count up. */
  showLanding(moment) {
    const { picture, numbers, theme } = this;
    const landings = this.moments.landings[moment.parent];
    const which = landings.findIndex((each) => each.at === this.position);
    const before = which ? numbers.sum(moment.parent, landings[which - 1]) : null;
    const after = numbers.sum(moment.parent, landings[which]);
    const duration = CALM.matches || this.speed >= 10 ? 0 : BEAT.backward / this.speed;
    if (before) picture.fill(moment.parent, "gradient", before, theme);
    else if (duration) picture.empty(moment.parent, theme);
    picture.land = () => picture.fill(moment.parent, "gradient", after, theme);
    const text = brief(numbers.gave(moment.visit, moment.item), this.inspector.elementOf(moment.parent, after));
    picture.travel(moment, text.startsWith("-") ? text : `+${text}`, 0.45 * duration, () =>
      picture.countUp(moment.parent, before, after, theme, 0.3 * duration),
    );
  }

  jump(position) {
    this.pause();
    this.prediction.drop();
    this.go(position);
  }

  /** One moment further. */
  step() {
    if (this.position >= this.moments.count) return this.pause();
    if (this.prediction.asks(this.position + 1)) return this.pause();
    this.go(this.position + 1, { shows: true });
  }

  /** One node further, or back: to the beginning of what the next or the previous one does. */
  leap(direction) {
    const starts = [0, ...this.moments.starts(), this.moments.count];
    const target = direction > 0 ? starts.find((each) => each > this.position) : starts.findLast((each) => each < this.position);
    this.jump(target ?? this.position);
  }

  play() {
    if (this.position >= this.moments.count) this.go(0);
    this.isPlaying = true;
    this.showPlaying();
    this.tick();
  }

  tick() {
    clearTimeout(this.timer);
    if (!this.isPlaying) return;
    this.step();
    if (this.position >= this.moments.count) return this.pause();
    if (this.isPlaying) this.timer = setTimeout(() => this.tick(), BEAT[this.moment?.phase ?? "forward"] / this.speed);
  }

  pause() {
    this.isPlaying = false;
    clearTimeout(this.timer);
    this.showPlaying();
  }

  toggle() {
    if (this.isPlaying) this.pause();
    else this.play();
  }

  // Showing

  allNodes() {
    return this.data.nodes.keys();
  }

  /** The nodes whose state differs between two positions. */
  between(one, other) {
    const nodes = new Set();
    for (let at = Math.min(one, other) + 1; at <= Math.max(one, other); at += 1) {
      const moment = this.moments.at(at);
      nodes.add(moment.node);
      if (moment.parent !== undefined) {
        nodes.add(moment.parent);
        for (const landing of this.moments.landings[moment.node]) if (landing.visit !== undefined) nodes.add(this.moments.at(landing.at).node);
      }
    }
    return nodes;
  }

  /** Write all anew: after a change of frame, theme, layout or numbers. */
  refresh() {
    this.picture.stop();
    this.picture.color(this.numbers, this.scale);
    this.picture.derive(this.numbers);
    this.picture.svg.classList.toggle("changed", this.numbers !== this.frames[0]); // remarks are on what was recorded first
    this.picture.show(this.allNodes(), this.states, this.numbers, this.theme);
    this.picture.activate(this.moment, this.selected);
    this.describe();
  }

  describe() {
    const { moment } = this;
    this.inspector.showNow(moment);
    this.inspector.now.hidden = Boolean(this.prediction.question);
    this.prediction.show();
    const selected = this.selected ?? (moment?.kind === "gives" ? moment.parent : moment?.node) ?? null;
    this.inspector.showNode(selected, selected === null ? null : this.states(selected));
    const text = this.sentence(moment);
    this.timeline.show(this.position, text);
    find("#where").textContent = `${this.position} / ${this.moments.count}`;
    find("#live").textContent = this.isPlaying && this.speed > 1 ? "" : text;
    for (const id of ["start", "back"]) find(`#${id}`).setAttribute("aria-disabled", this.position === 0);
    for (const id of ["step", "end"]) find(`#${id}`).setAttribute("aria-disabled", this.position === this.moments.count);
    this.remember();
  }

  /** What a moment does, in words. */
  sentence(moment) {
    const name = (node) => this.data.nodes[node].name;
    if (!moment) return "Start: weights and inputs have their values";
    if (moment.kind === "seed") return `Backward begins: the gradient of ${name(moment.node)} is 1`;
    if (moment.kind === "computes") return `Forward: ${this.data.nodes[moment.node].operation} gives ${name(moment.node)} = ${brief(this.numbers.value(moment.node))}`;
    const sum = this.numbers.sum(moment.parent, this.moments.landings[moment.parent].find((each) => each.at === this.position));
    return `Backward: ${name(moment.node)} gives ${name(moment.parent)} ${brief(this.numbers.gave(moment.visit, moment.item))}; the sum there is ${brief(sum)}`;
  }

  /** Keep what happens in sight where the picture is larger than the stage. */
  follow() {
    const { moment } = this;
    if (!moment || this.viewport.isFitted) return;
    const group = moment.kind === "gives" ? this.picture.cardOf(moment.parent) : this.picture.cardOf(moment.node);
    if (group) this.viewport.reveal(group);
  }

  select(node, { centred = false } = {}) {
    this.selected = node;
    this.picture.activate(this.moment, node);
    this.describe();
    const group = node === null ? null : this.picture.cardOf(node);
    if (group && centred) this.viewport.reveal(group, true);
  }

  remember() {
    if (!this.stage || !this.viewport?.svg) return;
    clearTimeout(this.writing);
    this.writing = setTimeout(() => {
      const { x, y, scale, isFitted } = this.viewport;
      writeFragment({
        p: this.position || null,
        f: this.frame || null,
        n: this.selected,
        l: this.layout || null,
        t: this.themeName,
        s: this.speed === 1 ? null : this.speed,
        v: isFitted ? null : [x, y, scale].map((each) => Number(each.toFixed(3))).join(","),
      });
    }, 150);
  }

  // Settings

  setTheme(name) {
    this.themeName = name === "dark" ? "dark" : "light";
    document.documentElement.dataset.theme = this.themeName;
    find("#theme").setAttribute("aria-pressed", this.themeName === "dark");
    find("#legend").replaceChildren(...legend(this.data, this.scale, this.theme));
    if (this.picture) this.refresh();
  }

  useLayout(number) {
    this.layout = number;
    this.pictures[number] ??= this.newPicture(number);
    this.viewport.hold(this.picture.svg);
    find("#remarks").textContent = this.data.layouts[number].remarks.join(" ");
    this.refresh();
  }

  newPicture(number) {
    const made = new Picture(this.data, this.data.layouts[number], this.templates[number]);
    const result = this.data.nodes[this.moments.result].name;
    made.svg.setAttribute("role", "group");
    made.svg.setAttribute("aria-label", `graph of ${result}`);
    for (const [key, nodes] of made.nodesOf) {
      const group = made.groups.get(key);
      group.setAttribute("tabindex", "-1");
      group.setAttribute("role", "button");
      group.setAttribute("aria-label", this.labelOf(key, nodes));
      group.addEventListener("click", () => !this.viewport.wasDragged && this.select(nodes.at(-1)));
      group.addEventListener("keydown", (event) => event.key === "Enter" && this.select(nodes.at(-1)));
      group.addEventListener("pointerenter", (event) => this.hover(event, key, nodes));
      group.addEventListener("pointerleave", () => find("#hover").removeAttribute("data-shown"));
    }
    made.groups.get(made.layout.cards[0] ?? made.layout.blocks[0])?.setAttribute("tabindex", "0");
    return made;
  }

  labelOf(key, nodes) {
    if (key.startsWith("block")) return `${nodes.length} nodes folded`;
    const node = this.data.nodes[nodes[0]];
    return key.startsWith("disc") ? `operation ${node.operation}` : `${node.name}, ${node.kind}, ${node.shape}`;
  }

  hover(event, key, nodes) {
    const node = nodes.at(-1);
    const { data, numbers } = this;
    const state = this.states(node);
    const about = data.nodes[node];
    const sum = numbers.sum(node, state.last) ?? (typeof numbers.gradient(node) === "string" ? numbers.gradient(node) : null);
    const host = find("#hover");
    host.replaceChildren(
      element("b", {}, key.startsWith("block") ? this.labelOf(key, nodes) : key.startsWith("disc") ? `${about.operation} → ${about.name}` : about.name),
      element("span", {}, `${about.shape}, ${about.dtype}`),
      element("span", { class: "value" }, `value ${state.valued ? brief(numbers.value(node)) : "not reached yet"}`),
      element("span", { class: "gradient" }, `gradient ${sum === null ? "not reached yet" : brief(sum)}`),
      ...(about.line ? [element("span", { class: "quiet" }, about.line)] : []),
    );
    const group = event.currentTarget.getBoundingClientRect();
    const stage = this.stage.getBoundingClientRect();
    host.dataset.shown = "";
    host.style.left = `${clamp(group.left - stage.left, 4, Math.max(4, stage.width - host.offsetWidth - 4))}px`;
    const below = group.bottom - stage.top + 6;
    host.style.top = `${below + host.offsetHeight > stage.height ? Math.max(4, group.top - stage.top - host.offsetHeight - 6) : below}px`;
  }

  useFrame(frame) {
    this.frame = clamp(frame, 0, this.frames.length - 1);
    this.numbers = this.frames[this.frame];
    find("#frame-text").textContent = `step ${this.frame + 1} of ${this.frames.length}`;
    find("#frame").value = this.frame;
    this.refresh();
  }

  setSpeed(speed) {
    this.speed = speed;
    find("#speed").value = speed;
    this.remember();
  }

  showPlaying() {
    const button = find("#play");
    button.setAttribute("aria-label", this.isPlaying ? "pause" : "play");
    button.dataset.icon = this.isPlaying ? "pause" : "play";
  }

  async export(kind) {
    const { clientWidth, clientHeight } = this.stage;
    const text = exported(this.picture.svg, this.stage, this.viewport, this.themeName);
    const name = `${this.data.title.replace(/[^\p{L}\p{N}_-]+/gu, "_").slice(0, 60) || "graph"}-${this.position}.${kind}`;
    download(name, kind === "svg" ? svgBlob(text) : await pngBlob(text, clientWidth, clientHeight));
  }

  // What one can press

  connect() {
    const press = (id, act) => find(`#${id}`).addEventListener("click", act);
    press("start", () => this.jump(0));
    press("back", () => this.jump(this.position - 1));
    press("play", () => this.toggle());
    press("step", () => (this.pause(), this.step()));
    press("end", () => this.jump(this.moments.count));
    press("theme", () => this.setTheme(this.themeName === "dark" ? "light" : "dark"));
    press("zoom-in", () => this.viewport.zoom(1.3));
    press("zoom-out", () => this.viewport.zoom(1 / 1.3));
    press("fit", () => this.viewport.fit());
    press("show-legend", () => this.toggleLegend());
    press("export-svg", () => this.export("svg"));
    press("export-png", () => this.export("png"));
    press("predict", () => this.prediction.toggle());
    press("help", () => find("#keys").showModal());
    const speed = find("#speed");
    speed.append(...SPEEDS.map((each) => element("option", { value: each }, `${each}×`)));
    speed.value = this.speed;
    speed.addEventListener("change", () => this.setSpeed(Number(speed.value)));
    const fold = find("#fold");
    fold.append(...this.data.layouts.map((layout, number) => element("option", { value: number }, layout.name)));
    fold.value = this.layout;
    fold.parentElement.hidden = this.data.layouts.length < 2;
    fold.addEventListener("change", () => this.useLayout(Number(fold.value)));
    const frame = find("#frame");
    frame.max = this.frames.length - 1;
    frame.value = this.frame;
    frame.parentElement.hidden = this.frames.length < 2;
    find("#frame-text").textContent = `step ${this.frame + 1} of ${this.frames.length}`;
    frame.addEventListener("input", () => this.useFrame(Number(frame.value)));
    this.stage.addEventListener("click", (event) => !event.target.closest(".node, button") && !this.viewport.wasDragged && this.select(null));
    addEventListener("keydown", (event) => this.key(event));
    addEventListener("hashchange", () => this.arrive());
  }

  /** Go where the fragment says, which somebody has changed. */
  arrive() {
    const state = readFragment();
    if (state.p !== undefined && Number(state.p) !== this.position) this.jump(Number(state.p) || 0);
    if (state.n !== undefined && Number(state.n) !== this.selected) this.select(clamp(Number(state.n) || 0, 0, this.data.nodes.length - 1));
  }

  legendHeight() {
    const host = find("#legend");
    return host.hidden ? 0 : Math.min(host.offsetTop + host.offsetHeight, this.stage.clientHeight / 3);
  }

  toggleLegend() {
    const host = find("#legend");
    host.hidden = !host.hidden;
    find("#show-legend").setAttribute("aria-expanded", !host.hidden);
    if (this.viewport.svg && this.viewport.isFitted) this.viewport.fit();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, dialog, pre")) return;
    const isButton = event.target.closest("button");
    const acts = {
      " ": () => !isButton && this.toggle(),
      ArrowRight: () => (event.shiftKey ? this.leap(1) : (this.pause(), this.step())),
      ArrowLeft: () => (event.shiftKey ? this.leap(-1) : this.jump(this.position - 1)),
      PageDown: () => this.leap(1),
      PageUp: () => this.leap(-1),
      Home: () => this.jump(0),
      End: () => this.jump(this.moments.count),
      "+": () => this.viewport.zoom(1.3),
      "-": () => this.viewport.zoom(1 / 1.3),
      0: () => this.viewport.fit(),
      "/": () => this.search.focus(),
      t: () => find("#theme").click(),
      l: () => this.toggleLegend(),
      p: () => this.prediction.toggle(),
      n: () => this.neighbour(1),
      b: () => this.neighbour(-1),
      "?": () => find("#keys").showModal(),
      Escape: () => this.select(null),
    };
    const act = acts[event.key];
    if (!act || act() === false) return;
    event.preventDefault();
  }

  /** Select the next node in the order of computation, or the one before. */
  neighbour(direction) {
    const count = this.data.nodes.length;
    const next = this.selected === null ? (direction > 0 ? 0 : count - 1) : (this.selected + direction + count) % count;
    this.select(next, { centred: !this.viewport.isFitted });
    this.picture.cardOf(next)?.focus({ preventScroll: true });
  }
}

function clamp(number, least, most) {
  return Math.min(Math.max(Math.round(number), least), most);
}

window.player = new Player(JSON.parse(find("#data").textContent));
