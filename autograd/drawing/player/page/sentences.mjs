// What a moment does, in words: for those who listen.
import { brief } from "./charts.mjs";

export function sentence(moment, { data, numbers, moments, position }) {
  const name = (node) => data.nodes[node].name;
  if (!moment) return "Start: weights and inputs have their values";
  if (moment.kind === "seed") return `Backward begins: the gradient of ${name(moment.node)} is 1`;
  if (moment.kind === "computes") return `Forward: ${data.nodes[moment.node].operation} gives ${name(moment.node)} = ${brief(numbers.value(moment.node))}`;
  const landing = moments.landings[moment.parent].find((each) => each.at === position);
  const gave = brief(numbers.gave(moment.visit, moment.item));
  return `Backward: ${name(moment.node)} gives ${name(moment.parent)} ${gave}; the sum there is ${brief(numbers.sum(moment.parent, landing))}`;
}
