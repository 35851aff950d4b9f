// The window on the picture: zoom, pan, fit.

const CLOSEST = 8;
const LEGIBLE = 0.45; // a picture that fits only below this scale is not shown whole at first
const READING = 0.85;

export class Viewport {
  /** `covered` tells how much of the stage's top is covered, `changed` is called when the view is. */
  constructor(stage, covered, changed) {
    this.stage = stage;
    this.covered = covered;
    this.changed = changed;
    this.pointers = new Map();
    stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    stage.addEventListener("pointerdown", (event) => this.down(event));
    stage.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel", "pointerleave"]) stage.addEventListener(end, (event) => this.up(event));
    new ResizeObserver(() => this.isFitted && this.fit()).observe(stage);
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
    this.fit();
    if (this.scale < LEGIBLE) this.place(12, (this.stage.clientHeight + this.covered() - READING * height) / 2, READING);
  }

  /** Show all of the picture. */
  fit() {
    const { clientWidth, clientHeight } = this.stage;
    const top = this.covered();
    const scale = Math.min(clientWidth / this.size[0], (clientHeight - top) / this.size[1], 1.6) * 0.97;
    this.place((clientWidth - scale * this.size[0]) / 2, (clientHeight + top - scale * this.size[1]) / 2, scale || 1, true);
  }

  place(x, y, scale, isFitted = false) {
    Object.assign(this, { x, y, scale, isFitted });
    this.svg.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    this.changed?.();
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

  /** Bring a part of the picture into sight, if it is not. */
  reveal(group, isCentred = false) {
    const part = group.getBoundingClientRect();
    const stage = this.stage.getBoundingClientRect();
    const isInside = part.left >= stage.left && part.right <= stage.right && part.top >= stage.top && part.bottom <= stage.bottom;
    if (isInside && !isCentred) return;
    this.pan((stage.left + stage.right - part.left - part.right) / 2, (stage.top + stage.bottom - part.top - part.bottom) / 2);
  }

  wheel(event) {
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
