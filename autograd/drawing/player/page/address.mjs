// The state of the page in the fragment of its address, so that a link leads to where one is.

const SOON = 150; // milliseconds, for many changes may come at once

export function readFragment() {
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
}

export class Address {
  constructor(player) {
    this.player = player;
    addEventListener("hashchange", () => this.arrive());
  }

  /** Write down where one is: the position, step, node, layout, theme, speed and view, unless they are the usual ones. */
  remember() {
    clearTimeout(this.writing);
    this.writing = setTimeout(() => {
      const { position, frame, selected, layout, themeName, speed, viewport } = this.player;
      this.write({ p: position || null, f: frame || null, n: selected, l: layout || null, t: themeName, s: speed === 1 ? null : speed, v: viewport.state });
    }, SOON);
  }

  write(state) {
    const parts = Object.entries(state).filter(([, value]) => value !== null);
    try {
      history.replaceState(null, "", `#${new URLSearchParams(parts)}`);
    } catch {
      // A frame in a notebook has no address of its own.
    }
  }

  /** Go where the fragment says, which somebody has changed. */
  arrive() {
    const { p, n } = readFragment();
    const { player } = this;
    if (p !== undefined && Number(p) !== player.position) player.jump(Number(p) || 0);
    if (n !== undefined && Number(n) !== player.selected) player.select(player.nodeAt(n));
  }
}
