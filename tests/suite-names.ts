import { globSync } from "node:fs";

const folders = globSync("*/**/*.test.ts", { cwd: import.meta.dirname, exclude: ["**/node_modules/**", "**/fixtures/**"] });

/** The folders of tests/ that hold suites of several processes; layout, which only reads files, is none. */
export const suiteNames: readonly string[] = [...new Set(folders.map((path) => path.split(/[\\/]/)[0] ?? ""))]
  .filter((name) => name !== "layout")
  .toSorted((a, b) => a.localeCompare(b));
