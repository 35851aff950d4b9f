// Predict, then reveal: before a number is shown, the reader says what it will be.
import { element, find, refill } from "./elements.mjs";
import { figure, numeric } from "./figures.mjs";

const TOLERANCE = 0.02; // of the size of the answer: two significant digits

export class Prediction {
  constructor(player) {
    this.player = player;
    this.isOn = false;
    this.question = null;
    this.asked = this.right = 0;
    this.host = element("section", { class: "prediction", "aria-label": "prediction" });
    this.host.hidden = true;
    player.inspector.now.before(this.host);
  }

  toggle() {
    this.isOn = !this.isOn;
    this.drop();
    this.asked = this.right = 0;
    find("#predict").setAttribute("aria-pressed", this.isOn);
    this.player.describe();
  }

  drop() {
    this.question = null;
  }

  /** Ask for what the next moment will show; false where there is nothing to ask, or the answer was revealed. */
  asks(position) {
    if (!this.isOn || this.question?.isAnswered) return (this.question = null), false;
    if (this.question) return true;
    this.question = this.questionAt(position);
    if (!this.question) return false;
    this.player.describe();
    this.host.querySelector("input")?.focus();
    return true;
  }

  questionAt(position) {
    const { moments, numbers, data, inspector } = this.player;
    const moment = moments.at(position);
    if (moment.kind === "seed") return null;
    const isForward = moment.kind === "computes";
    const target = isForward ? moment.node : moment.parent;
    const array = isForward ? numbers.value(target) : numbers.gave(moment.visit, moment.item);
    if (!array?.data?.length || typeof array.data[0] === "boolean") return null;
    const index = inspector.elementOf(target, array);
    const answer = numeric(array.data[index]);
    if (!Number.isFinite(answer)) return null;
    const name = data.nodes[target].name;
    const place = array.data.length > 1 ? `, element ${index + 1} of ${array.data.length}` : "";
    const text = isForward ? `What value will ${name} get${place}?` : `What will ${data.nodes[moment.node].name} contribute to the gradient of ${name}${place}?`;
    return { moment, answer, text, isForward };
  }

  show() {
    this.host.hidden = !this.isOn;
    if (!this.isOn) return;
    const score = element("p", { class: "quiet" }, this.asked ? `${this.right} of ${this.asked} right` : "Step forward: before each number is shown, say what it will be.");
    if (!this.question) return refill(this.host, element("h2", {}, "Predict"), this.said, score);
    const input = element("input", { type: "text", inputmode: "decimal", autocomplete: "off", "aria-label": "your prediction" });
    const form = element(
      "form",
      { submit: (event) => (event.preventDefault(), this.answer(input.value)) },
      input,
      element("button", {}, "check"),
      element("button", { type: "button", click: () => this.reveal(null) }, "reveal"),
    );
    refill(this.host, element("h2", {}, "Predict"), element("p", {}, this.question.text), this.hint(), form, score);
  }

  /** The rule without its numbers. */
  hint() {
    const { moment, isForward } = this.question;
    const [formula] = isForward ? this.player.inspector.resultFormula(moment.node) : [this.player.inspector.ruleFormula(moment)].flat();
    return formula;
  }

  answer(text) {
    const given = Number(text.trim().replace(",", ".").replace("−", "-"));
    if (!text.trim() || Number.isNaN(given)) return this.host.querySelector("input").setAttribute("aria-invalid", "true");
    this.reveal(given);
  }

  reveal(given) {
    const { answer } = this.question;
    const isRight = given !== null && Math.abs(given - answer) <= Math.max(TOLERANCE * Math.abs(answer), 5e-7);
    if (given !== null) this.asked += 1;
    if (isRight) this.right += 1;
    const verdict = given === null ? "It is" : isRight ? "Right:" : `Not ${figure(given)}, but`;
    this.said = element("p", { class: isRight ? "right" : "wrong", role: "status" }, `${verdict} ${figure(answer)}`);
    this.question = { isAnswered: true };
    this.player.step();
    find("#step").focus();
  }
}
