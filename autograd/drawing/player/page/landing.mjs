// A contribution on its way: it runs along its edge to the operand, where the sum counts up, and stays on the edge.
import { shape } from "./elements.mjs";

const WIDE = 5.6; // a character of the token, in points
const TRAVELS = 0.45; // of the time that a moment has
const COUNTS = 0.3;

export class Landing {
  constructor(picture) {
    this.picture = picture;
    this.overlay = shape("g", { class: "overlay" });
    picture.page.append(this.overlay);
  }

  /** Have the token of a moment of the backward lie on its edge. */
  rest(moment, text) {
    const path = this.pathOf(moment);
    this.overlay.replaceChildren();
    if (!path) return;
    const width = 9 + WIDE * text.length;
    this.token = shape(
      "g",
      { class: "token" },
      shape("rect", { x: -width / 2, y: -7.5, width, height: 15, rx: 7.5 }),
      shape("text", { "text-anchor": "middle", y: 3.3 }, text),
    );
    this.overlay.append(this.token);
    this.place(path, 0.5);
  }

  /** Let the token run from the operation to the operand, the sum there count up, and the token lie on its edge. */
  show(moment, { before, after, theme, duration, landed }) {
    const { cells } = this.picture;
    const path = this.pathOf(moment);
    if (before) cells.fill(moment.parent, "gradient", before, theme);
    else cells.empty(moment.parent, "gradient", theme);
    this.land = landed;
    const count = () => this.run(COUNTS * duration, (share) => this.count(moment.parent, before, after, theme, share), landed);
    if (!path) return count();
    this.run(TRAVELS * duration, (share) => this.place(path, 1 - share * share * (3 - 2 * share)), () => {
      this.place(path, 0.5);
      count();
    });
  }

  /** Write a gradient on its way from one sum to the next. */
  count(node, before, after, theme, share) {
    if (!this.picture.cells.holds(node, "gradient", after)) return;
    const data = after.data.map((number, index) => {
      const start = before?.data ? before.data[index] : 0;
      return typeof number === "number" && typeof start === "number" ? start + share * (number - start) : number;
    });
    this.picture.cells.fill(node, "gradient", after, theme, data);
  }

  /** Act on the share of a time that has passed, at each picture of the screen; then do what follows. */
  run(duration, act, then) {
    const running = (this.running = {});
    const began = performance.now();
    const tick = (now) => {
      if (this.running !== running) return;
      const share = Math.min(1, Math.max(0, (now - began) / duration));
      if (share === 1) {
        this.running = null;
        return then();
      }
      act(share);
      requestAnimationFrame(tick);
    };
    tick(began);
  }

  place(path, share) {
    const { x, y } = path.getPointAtLength(path.getTotalLength() * share);
    this.token.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
  }

  pathOf(moment) {
    return this.picture.wireInto(moment.node, moment.position)?.querySelector("path");
  }

  /** End what runs: a contribution that is on its way has landed. */
  stop() {
    this.running = null;
    this.overlay.replaceChildren();
    this.land?.();
    this.land = null;
  }
}
