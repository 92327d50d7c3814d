/** A bar, and the number that it stands for. */
export interface Bar {
  readonly label: string;
  readonly value: number;
}

const longest = (bars: readonly Bar[]): number => Math.max(1, ...bars.map(({ value }) => value));

/** The chart for a log. */
export function textChart(bars: readonly Bar[]): string {
  const width = Math.max(0, ...bars.map(({ label }) => label.length));
  return bars
    .map(
      ({ label, value }) => `${label.padEnd(width)} ${"█".repeat(Math.round((24 * value) / longest(bars)))} ${value.toFixed(0)}`,
    )
    .join("\n");
}

/** The chart as an image that Markdown can hold: an SVG in a data URL. */
export function svgChart(bars: readonly Bar[]): string {
  const rows = bars.map(({ label, value }, index) => {
    const [y, width] = [24 * index, Math.round((320 * value) / longest(bars))];
    return `<text x="0" y="${y + 16}">${label}</text><rect x="110" y="${y + 3}" width="${width}" height="18" fill="#fc0"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="430" height="${24 * bars.length}" font-family="sans-serif" font-size="13">${rows.join("")}</svg>`;
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
}
