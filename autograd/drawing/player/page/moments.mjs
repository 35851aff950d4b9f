// The time of the page: moments, one after the other. At position p, the first p of them have passed.

/** One moment for each operation of the forward, one for the seed, one for each contribution of the backward. */
export class Moments {
  constructor(data) {
    this.list = [];
    const count = data.nodes.length;
    this.valueAt = new Array(count).fill(0); // when the value is there
    this.landings = Array.from({ length: count }, () => []); // what arrives at a node, and when
    this.givenAt = Array.from({ length: count }, () => ({})); // when an operation has given to each operand
    data.nodes.forEach((node, index) => {
      if (node.operation === "leaf" || !node.label) return;
      this.list.push({ phase: "forward", kind: "computes", node: index });
      this.valueAt[index] = this.list.length;
    });
    this.forward = this.list.length;
    const result = data.walk.length ? data.walk[0].node : count - 1;
    this.result = result;
    this.list.push({ phase: "backward", kind: "seed", node: result });
    this.landings[result].push({ at: this.list.length, seed: true });
    data.walk.forEach((visit, number) => {
      visit.contributions.forEach((each, item) => {
        this.list.push({ phase: "backward", kind: "gives", ...each, node: visit.node, visit: number, item });
        this.landings[each.parent].push({ at: this.list.length, visit: number, item });
        this.givenAt[visit.node][each.position] = this.list.length;
      });
    });
    this.count = this.list.length;
  }

  /** The moment that has just passed; nothing at the beginning. */
  at(position) {
    return position ? this.list[position - 1] : null;
  }

  /** What stands at a node: whether its value is there, the last landing, whether all have landed; and what it gave. */
  state(node, position) {
    const landings = this.landings[node];
    let landed = landings.length;
    while (landed && landings[landed - 1].at > position) landed -= 1;
    return {
      valued: this.valueAt[node] <= position,
      landed,
      expected: landings.length,
      last: landed ? landings[landed - 1] : null,
      settled: landed > 0 && landed === landings.length,
      hasGiven: (operand) => this.givenAt[node][operand] <= position,
    };
  }

  /** Where the moments of one node begin, counted as positions: what a step over a whole node goes to. */
  starts() {
    this.startList ??= this.list.flatMap((moment, index) => {
      const before = this.list[index - 1];
      return before && before.phase === moment.phase && before.kind === moment.kind && before.node === moment.node ? [] : [index + 1];
    });
    return this.startList;
  }
}
