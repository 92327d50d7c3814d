import { styleText } from "node:util";
import { displayWidth, onOneLine, truncate } from "./display-width.ts";

export type Style = Parameters<typeof styleText>[0];

/** A cell's text, or one with a style for terminals that show colours. */
export type Cell = string | { readonly text: string; readonly style: Style };

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Whether it gives way, down to ten columns, when the terminal is narrow. Ids and numbers do not. */
  readonly shrinks?: boolean;
}

export interface TableOptions {
  /** Columns of the terminal. Default: as wide as it gets, as in a pipe. */
  readonly width?: number;
  readonly useColor: boolean;
}

const narrowest = 10;
const gap = "  ";

/**
 * Rows as aligned lines, a title line first. A line is cut where the terminal ends, shrinking columns first, so that none wraps.
 */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  { width = Infinity, useColor }: TableOptions,
): readonly string[] {
  const texts = rows.map((row) => row.map((cell) => onOneLine(typeof cell === "string" ? cell : cell.text)));
  const widths = columns.map(({ title }, index) =>
    Math.max(displayWidth(title), ...texts.map((row) => displayWidth(row[index] ?? ""))),
  );
  shrink(widths, columns, width);
  const line = (cells: readonly string[], styleOf: (index: number) => Style | null): string =>
    fitted(cells, columns, widths, width, (text, index) => {
      const style = useColor ? styleOf(index) : null;
      return style === null ? text : styleText(style, text, { validateStream: false });
    });
  return [
    line(
      columns.map(({ title }) => title),
      () => "bold",
    ),
    ...texts.map((row, rowIndex) =>
      line(row, (index) => {
        const cell = rows[rowIndex]?.[index];
        return typeof cell === "object" ? cell.style : null;
      }),
    ),
  ];
}

function shrink(widths: number[], columns: readonly Column[], width: number): void {
  const total = (): number => widths.reduce((sum, each) => sum + each, 0) + gap.length * (widths.length - 1);
  while (total() > width) {
    let widest = -1;
    for (const [index, each] of widths.entries()) {
      if (columns[index]?.shrinks === true && each > narrowest && each > (widths[widest] ?? 0)) widest = index;
    }
    if (widest === -1) return;
    widths[widest]! -= 1;
  }
}

/** Cells side by side, up to the terminal's last column. */
function fitted(
  cells: readonly string[],
  columns: readonly Column[],
  widths: readonly number[],
  width: number,
  paint: (text: string, index: number) => string,
): string {
  let line = "";
  let left = width;
  for (const [index, cell] of cells.entries()) {
    const room = Math.min(widths[index] ?? 0, left);
    if (room <= 0) break;
    const text = truncate(cell, room);
    const padding = " ".repeat(room - displayWidth(text));
    const painted = text === "" ? "" : paint(text, index);
    line += columns[index]?.align === "right" ? padding + painted : painted + padding;
    left -= room + gap.length;
    if (index < cells.length - 1 && left > 0) line += gap;
  }
  return line.trimEnd();
}
