import { expect, test } from "vitest";
import { displayWidth, truncate } from "./display-width.ts";
import { formatTable } from "./table.ts";

const columns = [{ title: "RUN" }, { title: "JOB", shrinks: true }, { title: "TOOK", align: "right" as const }];

test("columns are as wide as their widest cell, wide characters counted as two", () => {
  expect(
    formatTable(
      columns,
      [
        ["a1", "夜間バッチ", "12 ms"],
        ["b22", "🚀 launch", "3.4 s"],
      ],
      { useColor: false },
    ),
  ).toEqual(["RUN  JOB          TOOK", "a1   夜間バッチ  12 ms", "b22  🚀 launch   3.4 s"]);
});

test("in a narrow terminal columns that may shrink give way, and no line is wider than it", () => {
  const lines = formatTable(columns, [["0199a1b2", "a_job_with_a_very_long_name", "12 ms"]], { useColor: false, width: 30 });
  expect(lines).toEqual(["RUN       JOB             TOOK", "0199a1b2  a_job_with_a…  12 ms"]);
  const narrow = formatTable(columns, [["0199a1b2", "a_job_with_a_very_long_name", "12 ms"]], { useColor: false, width: 15 });
  for (const line of narrow) expect(displayWidth(line)).toBeLessThanOrEqual(15);
});

test("a cell is one line whatever is in it, and colours do not count", () => {
  const rows = [["a", { text: "two\nlines\tand \u001B[31mred", style: "green" as const }, ""]];
  expect(formatTable(columns, rows, { useColor: false })[1]).toBe("a    two lines and [31mred");
  const [title, row] = formatTable(columns, [["a", { text: "ok", style: "green" as const }, "1"]], { useColor: true });
  expect(title).toBe("\u001B[1mRUN\u001B[22m  \u001B[1mJOB\u001B[22m  \u001B[1mTOOK\u001B[22m");
  expect(row).toBe("a    \u001B[32mok\u001B[39m      1");
});

test("texts are cut between characters, never within one", () => {
  expect(truncate("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 3)).toBe("👩‍👩‍👧‍👦…");
  expect(displayWidth("e\u0301")).toBe(1);
});
