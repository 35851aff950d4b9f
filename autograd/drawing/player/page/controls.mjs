// What one can press: the buttons, the fields, and the keys.
import { element, find } from "./elements.mjs";
import { save } from "./exporting.mjs";

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 10, 50];

const CLOSER = 1.3;

export class Controls {
  constructor(player) {
    this.player = player;
    this.connectButtons();
    this.connectFields();
    player.stage.addEventListener("click", (event) => this.clickBeside(event));
    addEventListener("keydown", (event) => this.key(event));
  }

  connectButtons() {
    const { player } = this;
    const acts = {
      start: () => player.jump(0),
      back: () => player.jump(player.position - 1),
      play: () => player.toggle(),
      step: () => (player.pause(), player.step()),
      end: () => player.jump(player.moments.count),
      theme: () => player.setTheme(player.themeName === "dark" ? "light" : "dark"),
      "zoom-in": () => player.viewport.zoom(CLOSER),
      "zoom-out": () => player.viewport.zoom(1 / CLOSER),
      fit: () => player.viewport.fit(),
      "show-legend": () => player.toggleLegend(),
      "export-svg": () => save(player, "svg"),
      "export-png": () => save(player, "png"),
      predict: () => player.prediction.toggle(),
      help: () => find("#keys").showModal(),
    };
    for (const [id, act] of Object.entries(acts)) find(`#${id}`).addEventListener("click", act);
  }

  connectFields() {
    const { player } = this;
    this.choice("#speed", SPEEDS.map((each) => [each, `${each}×`]), player.speed, (speed) => player.setSpeed(speed));
    const layouts = player.data.layouts.map((layout, number) => [number, layout.name]);
    const fold = this.choice("#fold", layouts, player.layout, (number) => player.useLayout(number));
    fold.parentElement.hidden = layouts.length < 2;
    const frame = find("#frame");
    frame.max = player.frames.length - 1;
    frame.parentElement.hidden = player.frames.length < 2;
    frame.addEventListener("input", () => player.useFrame(Number(frame.value)));
  }

  choice(selector, options, chosen, act) {
    const field = find(selector);
    field.append(...options.map(([value, text]) => element("option", { value }, text)));
    field.value = chosen;
    field.addEventListener("change", () => act(Number(field.value)));
    return field;
  }

  /** Select nothing where there is nothing. */
  clickBeside(event) {
    const { player } = this;
    if (!event.target.closest(".node, button") && !player.viewport.wasDragged) player.select(null);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, dialog, pre")) return;
    const { player } = this;
    const isButton = event.target.closest("button");
    const isSlider = event.target.closest("[role=slider]");
    const further = () => (event.shiftKey ? player.leap(1) : (player.pause(), player.step()));
    const back = () => (event.shiftKey ? player.leap(-1) : player.jump(player.position - 1));
    const acts = {
      " ": () => !isButton && player.toggle(),
      ArrowRight: further,
      ArrowLeft: back,
      ArrowUp: () => isSlider && further(),
      ArrowDown: () => isSlider && back(),
      PageDown: () => player.leap(1),
      PageUp: () => player.leap(-1),
      Home: () => player.jump(0),
      End: () => player.jump(player.moments.count),
      "+": () => player.viewport.zoom(CLOSER),
      "-": () => player.viewport.zoom(1 / CLOSER),
      0: () => player.viewport.fit(),
      "/": () => player.search.focus(),
      t: () => find("#theme").click(),
      l: () => player.toggleLegend(),
      p: () => player.prediction.toggle(),
      n: () => player.neighbour(1),
      b: () => player.neighbour(-1),
      "?": () => find("#keys").showModal(),
      Escape: () => player.select(null),
    };
    const act = acts[event.key];
    if (!act || act() === false) return;
    event.preventDefault();
  }
}
