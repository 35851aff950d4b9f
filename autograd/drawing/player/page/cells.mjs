// The rows of cards: their numbers, and the tints behind them.
import { figure } from "./figures.mjs";
import { summarized } from "./numbers.mjs";
import { largestOf, shadesOf, tint } from "./colours.mjs";

const HIGHEST = 28; // the highest bar of a histogram, in points

export class Cells {
  /** `groupOf` gives the card of a node, if it is drawn. */
  constructor(groupOf) {
    this.groupOf = groupOf;
    this.rows = new Map();
  }

  /** The texts of a row in the card of a node, and what is behind them. */
  of(node, row) {
    const name = `${node} ${row}`;
    if (!this.rows.has(name)) {
      const group = this.groupOf(node);
      this.rows.set(name, {
        texts: group ? [...group.querySelectorAll(`text.${row}`)] : [],
        grounds: group ? [...group.querySelectorAll(`rect.${row}`)] : [],
      });
    }
    return this.rows.get(name);
  }

  /** Whether a row has a cell for each number of an array. */
  holds(node, row, array) {
    return Boolean(array?.data) && this.of(node, row).texts.length === array.data.length;
  }

  /** Write an array into its row; `data` may be in place of its own while a sum counts up. */
  fill(node, row, array, theme, data = array?.data) {
    if (!array || typeof array === "string") return;
    const { texts, grounds } = this.of(node, row);
    if (!texts.length) return;
    if (!this.holds(node, row, array)) return this.sumUp(texts, grounds, row, array, theme);
    const largest = largestOf(data);
    data.forEach((number, index) => {
      const isOdd = typeof number === "string" && /nan|inf/i.test(number);
      texts[index].textContent = figure(number, array.dtype);
      texts[index].classList.toggle("odd", isOdd);
      grounds[index].classList.toggle("odd", isOdd);
      grounds[index].style.fill = isOdd ? "" : tint(number, largest, theme[row], theme);
    });
  }

  /** Show nothing in the cells of a card that is about to get its first contribution. */
  empty(node, row, theme) {
    const { texts, grounds } = this.of(node, row);
    if (texts.length !== grounds.length) return; // it sums up
    for (const text of texts) text.textContent = "";
    for (const ground of grounds) ground.style.fill = theme.neutral;
  }

  /** Write range, mean and deviation of a large array where its card says them, and set the bars of its histogram. */
  sumUp(texts, grounds, row, array, theme) {
    const about = array.bars || !array.data?.length ? array : summarized(array, grounds.length);
    const figures = texts.filter((text) => !/^\s*(mean|deviation)/.test(text.textContent));
    const said = [about.min, about.max, about.mean, about.deviation];
    if (figures.length !== said.length || grounds.length !== about.bars?.length) return;
    said.forEach((number, index) => (figures[index].textContent = figure(number)));
    const shades = shadesOf(about, theme[row], theme);
    const most = Math.max(...about.bars);
    grounds.forEach((bar, index) => {
      const foot = Number(bar.getAttribute("y")) + Number(bar.getAttribute("height"));
      const height = Math.max(1, Math.ceil((HIGHEST * about.bars[index]) / most));
      bar.setAttribute("y", foot - height);
      bar.setAttribute("height", height);
      bar.style.fill = about.bars[index] ? shades[index] : theme.idle;
    });
  }
}
