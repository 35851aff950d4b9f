// The player: what position it is at, and all that follows from that.
import { Address, readFragment } from "./address.mjs";
import { find } from "./elements.mjs";
import { brief } from "./charts.mjs";
import { Controls, SPEEDS } from "./controls.mjs";
import { figure, numeric } from "./figures.mjs";
import { Hover } from "./hover.mjs";
import { Inspector } from "./inspector.mjs";
import { legend, scaleOf } from "./legend.mjs";
import { Moments } from "./moments.mjs";
import { Numbers } from "./numbers.mjs";
import { Picture, signed } from "./picture.mjs";
import { Timeline } from "./timeline.mjs";
import { Viewport } from "./viewport.mjs";
import { Prediction } from "./prediction.mjs";
import { Editing } from "./editing.mjs";
import { Order } from "./order.mjs";
import { Search } from "./search.mjs";
import { sentence } from "./sentences.mjs";

const BEAT = { forward: 900, backward: 1400 }; // milliseconds for a moment at speed 1
const NARROW = matchMedia("(max-width: 760px)");
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
    this.selected = state.n === undefined ? null : this.nodeAt(state.n);
    this.themeName = state.t ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    this.speed = SPEEDS.includes(Number(state.s)) ? Number(state.s) : 1;
    this.numbers = this.frames[this.frame];
    this.scale = scaleOf(data, this.frames);
    this.states = (node) => this.moments.state(node, this.position);
    this.stage = find("#stage");
    this.address = new Address(this);
    this.viewport = new Viewport(this.stage, {
      covered: () => this.legendHeight(),
      changed: () => this.address.remember(),
      opened: () => this.follow(),
    });
    this.hover = new Hover(this);
    this.inspector = new Inspector(find("#inspector"), this);
    this.timeline = new Timeline(find("#timeline"), this.moments, (position) => this.jump(position));
    this.prediction = new Prediction(this);
    this.editing = data.editable ? new Editing(this) : null;
    this.order = data.editable ? new Order(this) : null;
    this.search = new Search(this);
    this.controls = new Controls(this);
    this.showFrame();
    NARROW.addEventListener("change", () => this.showLegend(!NARROW.matches));
    this.showLegend(!NARROW.matches);
    this.setTheme(this.themeName);
    this.useLayout(this.layout);
    this.viewport.restore(state.v);
  }

  /** The node of a number that somebody has written. */
  nodeAt(text) {
    return clamp(Number(text) || 0, 0, this.data.nodes.length - 1);
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
    this.picture.landing.stop();
    const isStep = this.position === before + 1;
    const nodes = Math.abs(this.position - before) > 3 ? this.allNodes() : this.between(before, this.position);
    this.picture.show(nodes, this.states, this.numbers, this.theme);
    this.activate();
    this.follow();
    const isSeen = !CALM.matches && this.speed < 10;
    if (isStep && shows && isSeen && this.moment.kind === "gives") this.showLanding(this.moment);
    this.describe();
  }

  /** Mark what the moment is about, and lay what it contributes on its edge. */
  activate() {
    const { moment, numbers, picture } = this;
    picture.activate(moment, this.selected);
    if (moment?.kind !== "gives") return;
    const gave = numbers.gave(moment.visit, moment.item);
    const element = brief(gave, this.inspector.elementOf(moment.parent, gave));
    picture.landing.rest(moment, gave.data ? signed(element) : `rms ${figure(numeric(gave.rms))}`);
  }

  /** Let a contribution travel to its operand, and the sum there count up. */
  showLanding(moment) {
    const { numbers, theme, position } = this;
    const landings = this.moments.landings[moment.parent];
    const which = landings.findIndex((each) => each.at === position);
    const before = which ? numbers.sum(moment.parent, landings[which - 1]) : null;
    const after = numbers.sum(moment.parent, landings[which]);
    const landed = () => this.picture.cells.fill(moment.parent, "gradient", after, theme);
    this.picture.landing.show(moment, { before, after, theme, duration: BEAT.backward / this.speed, landed });
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
    this.picture.landing.stop();
    this.picture.color(this.numbers, this.scale);
    this.picture.label(this.numbers);
    this.picture.svg.classList.toggle("changed", this.numbers !== this.frames[0]); // remarks are on what was recorded first
    this.picture.show(this.allNodes(), this.states, this.numbers, this.theme);
    this.activate();
    this.describe();
  }

  describe() {
    const { moment } = this;
    this.inspector.showNow(moment);
    this.inspector.now.hidden = Boolean(this.prediction.question);
    this.prediction.show();
    const selected = this.selected ?? (moment?.kind === "gives" ? moment.parent : moment?.node) ?? null;
    this.inspector.showNode(selected, selected === null ? null : this.states(selected));
    const text = sentence(moment, this);
    this.timeline.show(this.position, text);
    find("#where").textContent = `${this.position} / ${this.moments.count}`;
    find("#live").textContent = this.isPlaying && this.speed > 1 ? "" : text;
    for (const id of ["start", "back"]) find(`#${id}`).setAttribute("aria-disabled", this.position === 0);
    for (const id of ["step", "end"]) find(`#${id}`).setAttribute("aria-disabled", this.position === this.moments.count);
    this.address.remember();
  }

  /** Keep what happens in sight where the picture is larger than the stage; at the start, what is read first. */
  follow() {
    const { moment, data } = this;
    if (this.viewport.isFitted) return;
    const read = data.nodes[this.moments.at(1).node].parents.find((each) => each !== null);
    const group = this.picture.cardOf((moment?.kind === "gives" ? moment.parent : moment?.node) ?? read);
    if (group) this.viewport.reveal(group);
  }

  select(node) {
    this.selected = node;
    this.picture.activate(this.moment, node);
    this.describe();
  }

  /** Select one of the nodes that a thing of the picture stands for: the one at work, or else the last. */
  selectOne(nodes) {
    const atWork = this.moment?.node;
    this.select(nodes.includes(atWork) ? atWork : nodes.at(-1));
  }

  /** Select a node, and bring it into sight. */
  show(node) {
    this.select(node);
    const group = this.picture.cardOf(node);
    if (group) this.viewport.lookAt(group);
  }

  /** Select the next node in the order of computation, or the one before. */
  neighbour(direction) {
    const count = this.data.nodes.length;
    const next = this.selected === null ? (direction > 0 ? 0 : count - 1) : (this.selected + direction + count) % count;
    this.select(next);
    const group = this.picture.cardOf(next);
    group?.focus({ preventScroll: true });
    if (group && !this.viewport.isFitted) this.viewport.reveal(group);
  }

  // Settings

  setTheme(name) {
    this.themeName = name === "dark" ? "dark" : "light";
    document.documentElement.dataset.theme = this.themeName;
    find("#theme").setAttribute("aria-pressed", this.themeName === "dark");
    find("#legend").replaceChildren(...legend(this.data, this.scale, this.theme));
    if (this.picture) this.refresh();
  }

  legendHeight() {
    const host = find("#legend");
    return host.hidden ? 0 : Math.min(host.offsetHeight, this.stage.clientHeight / 3);
  }

  showLegend(isShown) {
    find("#legend").hidden = !isShown;
    find("#show-legend").setAttribute("aria-expanded", isShown);
    this.viewport.resized();
  }

  toggleLegend() {
    this.showLegend(find("#legend").hidden);
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
      group.addEventListener("click", () => !this.viewport.wasDragged && this.selectOne(nodes));
      group.addEventListener("keydown", (event) => event.key === "Enter" && this.selectOne(nodes));
      this.hover.listen(group, () => this.hover.linesOf(key, nodes));
    }
    for (const [key, array] of Object.entries(made.layout.constants)) {
      this.hover.listen(made.groups.get(key), () => this.hover.linesOfConstant(this.data.arrays[array]));
    }
    made.groups.get(made.layout.cards[0] ?? made.layout.blocks[0])?.setAttribute("tabindex", "0");
    return made;
  }

  labelOf(key, nodes) {
    if (key.startsWith("block")) return [this.data.layouts[this.layout].titles[key], `${nodes.length} nodes folded`].filter(Boolean).join(", ");
    const node = this.data.nodes[nodes[0]];
    return key.startsWith("disc") ? `operation ${node.operation}` : `${node.name}, ${node.kind}, ${node.shape}`;
  }

  useFrame(frame) {
    this.frame = clamp(frame, 0, this.frames.length - 1);
    this.numbers = this.frames[this.frame];
    this.showFrame();
    this.refresh();
  }

  showFrame() {
    find("#frame-text").textContent = `step ${this.frame + 1} of ${this.frames.length}`;
    find("#frame").value = this.frame;
  }

  setSpeed(speed) {
    this.speed = speed;
    find("#speed").value = speed;
    this.address.remember();
  }

  showPlaying() {
    const button = find("#play");
    button.setAttribute("aria-label", this.isPlaying ? "pause" : "play");
    button.dataset.icon = this.isPlaying ? "pause" : "play";
  }
}

function clamp(number, least, most) {
  return Math.min(Math.max(Math.round(number), least), most);
}

window.player = new Player(JSON.parse(find("#data").textContent));
