// Tints of cells, as the drawing mixes them.

/** The colour on the way from one to another, both as #rrggbb. */
export function mix(start, end, share) {
  const channel = (color, at) => parseInt(color.slice(at, at + 2), 16);
  const mixed = [1, 3, 5].map((at) => Math.round(channel(start, at) + share * (channel(end, at) - channel(start, at))));
  return `#${mixed.map((each) => each.toString(16).padStart(2, "0")).join("")}`;
}

/** The colour of a cell; `hues` are those of negative and positive numbers. */
export function tint(number, largest, hues, theme) {
  if (typeof number !== "number" || number === 0 || !(largest > 0)) return theme.neutral;
  const share = theme.strongest * Math.min(1, Math.abs(number) / largest) ** 0.7;
  return mix(theme.neutral, hues[number > 0 ? 1 : 0], share);
}

/** The colours of the bars of a histogram, by where they stand. */
export function shadesOf({ bars, ends }, hues, theme) {
  const [start, end] = ends;
  const unit = Math.max(Math.abs(start), Math.abs(end)) || 1;
  return bars.map((_, index) => {
    const centre = (start + ((index + 0.5) * (end - start)) / bars.length) / unit;
    return mix(theme.neutral, hues[centre > 0 ? 1 : 0], 0.35 + 0.45 * Math.min(1, Math.abs(centre)));
  });
}

/** The largest absolute value among numbers. */
export function largestOf(numbers) {
  return numbers.reduce((most, each) => (typeof each === "number" ? Math.max(most, Math.abs(each)) : most), 0);
}

/** Powers of ten in equal steps, as many as there are colours, that span these strengths. */
export class Scale {
  constructor(strengths, count) {
    const logarithms = strengths.filter((each) => each > 0 && Number.isFinite(each)).map(Math.log10);
    const lowest = Math.round(logarithms.reduce((a, b) => Math.min(a, b), logarithms[0] ?? 0));
    let highest = Math.round(logarithms.reduce((a, b) => Math.max(a, b), logarithms[0] ?? 0));
    this.count = count;
    this.step = Math.max(1, Math.ceil((highest - lowest) / (count - 1)));
    highest = Math.max(highest, Math.min(0, lowest + this.step * (count - 1)));
    this.lowest = highest - this.step * (count - 1);
  }

  /** Which colour is nearest to a strength. */
  index(strength) {
    const place = Math.round((Math.log10(strength) - this.lowest) / this.step);
    return Math.min(Math.max(place, 0), this.count - 1);
  }

  marks() {
    return Array.from({ length: this.count }, (_, index) => {
      const exponent = this.lowest + this.step * index;
      return Math.abs(exponent) < 3 ? String(Number(10 ** exponent)) : `1e${exponent}`;
    });
  }
}
