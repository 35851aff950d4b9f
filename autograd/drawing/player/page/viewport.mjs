// The window on the picture: zoom, pan, fit.

const CLOSEST = 8;
const LEGIBLE = 0.55; // a picture that fits only below this scale is not shown whole at first
const READING = 0.85;
const EDGE = 12;
const IS_FRAMED = window !== window.parent;

export class Viewport {
  /** `covered` tells how much of the stage's top is covered; `changed` is called when the view is, `opened` when a new one is. */
  constructor(stage, { covered, changed, opened }) {
    Object.assign(this, { stage, covered, changed, opened });
    this.pointers = new Map();
    stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    stage.addEventListener("pointerdown", (event) => this.down(event));
    stage.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel", "pointerleave"]) stage.addEventListener(end, (event) => this.up(event));
    new ResizeObserver(() => this.resized()).observe(stage);
  }

  /** Show another picture. */
  hold(svg) {
    this.svg = svg;
    const [, , width, height] = svg.getAttribute("viewBox").split(/[\s,]+/).map(Number);
    this.size = [width, height];
    this.stage.querySelector("svg.drawing")?.remove();
    this.stage.prepend(svg);
    svg.setAttribute("width", width);
    svg.setAttribute("height", height);
    this.open();
  }

  /** What is shown, as a text; null as long as nobody has chosen a view. */
  get state() {
    if (!this.isChosen) return null;
    return this.isFitted ? "fit" : [this.x, this.y, this.scale].map((each) => Number(each.toFixed(3))).join(",");
  }

  /** Show what such a text says. */
  restore(text = "") {
    const view = text.split(",").map(Number);
    if (view.length === 3 && view.every(Number.isFinite) && view[2] > 0) this.place(...view);
    if (text === "fit") this.fit();
  }

  /** Show all of the picture, if it is legible then, or else its beginning. */
  open() {
    this.fit();
    if (this.fitting < LEGIBLE) {
      const middle = (this.stage.clientHeight + this.covered() - READING * this.size[1]) / 2;
      this.place(EDGE, middle, READING);
    }
    this.isChosen = false;
    this.opened();
  }

  /** Show all of the picture. */
  fit() {
    const { clientWidth, clientHeight } = this.stage;
    const scale = this.fitting || 1;
    this.place((clientWidth - scale * this.size[0]) / 2, (clientHeight + this.covered() - scale * this.size[1]) / 2, scale);
    this.isFitted = true;
  }

  /** The scale at which all of the picture is shown. */
  get fitting() {
    const { clientWidth, clientHeight } = this.stage;
    return 0.97 * Math.min(clientWidth / this.size[0], (clientHeight - this.covered()) / this.size[1], 1.6);
  }

  /** Keep to what is shown, as long as nobody has chosen a view. */
  resized() {
    if (!this.svg) return;
    if (this.isFitted && this.isChosen) this.fit();
    else if (!this.isChosen) this.open();
  }

  place(x, y, scale, isGliding = false) {
    Object.assign(this, { x, y, scale, isFitted: false, isChosen: true });
    this.svg.classList.toggle("gliding", isGliding);
    this.svg.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    this.changed();
  }

  /** Zoom around a point of the stage, by default its middle. */
  zoom(factor, x = this.stage.clientWidth / 2, y = this.stage.clientHeight / 2) {
    const scale = Math.min(Math.max(this.scale * factor, 0.02), CLOSEST);
    const share = scale / this.scale;
    this.place(x - share * (x - this.x), y - share * (y - this.y), scale);
  }

  pan(x, y) {
    this.place(this.x + x, this.y + y, this.scale);
  }

  /** Bring a part of the picture into sight, along each axis only if it is not. */
  reveal(group) {
    const { isChosen, scale, stage } = this;
    const part = this.partOf(group);
    const [width, height] = this.size.map((each) => scale * each);
    const x = revealing(this.x, width, scale * part.x, scale * part.width, 0, stage.clientWidth);
    const y = revealing(this.y, height, scale * part.y, scale * part.height, this.covered(), stage.clientHeight);
    if (x === this.x && y === this.y) return;
    this.place(x, y, scale, true);
    this.isChosen = isChosen;
  }

  /** Look at a part of the picture, at a scale at which it can be read. */
  lookAt(group) {
    const { x, y, width, height } = this.partOf(group);
    const { clientWidth, clientHeight } = this.stage;
    const scale = this.scale < LEGIBLE ? READING : this.scale;
    this.place((clientWidth - scale * (2 * x + width)) / 2, (clientHeight + this.covered() - scale * (2 * y + height)) / 2, scale, true);
  }

  /** What a group covers of the picture, in its own measure; which may be gliding at the moment. */
  partOf(group) {
    const part = group.getBoundingClientRect();
    const all = this.svg.getBoundingClientRect();
    const unit = all.width / this.size[0] || 1;
    return { x: (part.left - all.left) / unit, y: (part.top - all.top) / unit, width: part.width / unit, height: part.height / unit };
  }

  wheel(event) {
    if (IS_FRAMED && !event.ctrlKey && !document.hasFocus()) return; // somebody scrolls through a notebook
    event.preventDefault();
    const { left, top } = this.stage.getBoundingClientRect();
    this.zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0016)), event.clientX - left, event.clientY - top);
  }

  down(event) {
    if (event.target.closest("button")) return;
    this.pointers.set(event.pointerId, [event.clientX, event.clientY]);
    this.moved = 0;
  }

  move(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const here = [event.clientX, event.clientY];
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.moved += Math.hypot(here[0] - before[0], here[1] - before[1]);
    this.pointers.set(event.pointerId, here);
    if (!other) {
      if (this.moved > 3) this.pan(here[0] - before[0], here[1] - before[1]);
      return;
    }
    const distance = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]) || 1;
    const { left, top } = this.stage.getBoundingClientRect();
    this.zoom(distance(here) / distance(before), (here[0] + other[0]) / 2 - left, (here[1] + other[1]) / 2 - top);
  }

  up(event) {
    this.pointers.delete(event.pointerId);
  }

  /** Whether what ends was a drag and no click. */
  get wasDragged() {
    return this.moved > 3;
  }
}

/** Where the picture has to begin along one axis, so that a part of it is in sight: in the middle, but for the ends. */
function revealing(place, size, start, length, from, to) {
  if (place + start >= from && place + start + length <= to) return place;
  const [least, most] = [to - size - EDGE, from + EDGE];
  return Math.max(Math.min((from + to - length) / 2 - start, Math.max(least, most)), Math.min(least, most));
}
