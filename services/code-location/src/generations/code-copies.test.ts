import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createHome } from "../testing/served-location.ts";
import { openCodeCopies } from "./code-copies.ts";

const code = (hash: string) => ({
  codeHash: hash.repeat(64),
  files: new Map([["code.mjs", Buffer.from("export {};")]]),
  entryName: "code.mjs",
});
const nobodyLives = async (): Promise<boolean> => false;

test("a copy is whole, cannot be written, and stays until its last holder lets go", () => {
  const copies = openCodeCopies(createHome(), "/run", "a1");
  const copy = copies.write(code("a"));
  const same = copies.write(code("a"));
  expect(same.directory).toBe(copy.directory);
  expect(readdirSync(copies.directory)).toHaveLength(1);
  expect(statSync(join(copy.directory, "code.mjs")).mode & 0o222).toBe(0);
  const run = copy.hold();
  copy.release();
  copy.release();
  same.release();
  expect(existsSync(copy.directory)).toBe(true);
  run.release();
  expect(existsSync(copy.directory)).toBe(false);
});

test("of what dead fronts left only that goes which nobody uses: not copies that are held or spared, living fronts', other machines' or other files", async () => {
  const home = createHome();
  const dead = openCodeCopies(home, "/run", "d1");
  const [unused, adopted, spared] = ["a", "b", "c"].map((hash) => dead.write(code(hash)).directory);
  const living = openCodeCopies(home, "/run", "f2").write(code("a")).directory;
  const elsewhere = openCodeCopies(home, "/another/run", "d1").write(code("a")).directory;
  const halfWritten = join(dead.directory, `.${unused!.slice(unused!.lastIndexOf("/") + 1)}`);
  mkdirSync(halfWritten);
  mkdirSync(join(dead.directory, ".compile-cache"));
  writeFileSync(join(dead.directory, "notes.txt"), "");

  const copies = openCodeCopies(home, "/run", "b3");
  const held = copies.adopt(adopted!);
  await copies.removeStale(async (server) => server === "f2", new Set([spared!]));
  expect([unused, halfWritten].filter((path) => existsSync(path!))).toEqual([]);
  expect(
    [adopted, spared, living, elsewhere, join(home, "code/.compile-cache"), join(home, "code/notes.txt")].every((path) =>
      existsSync(path!),
    ),
  ).toBe(true);
  held.release();
  expect(existsSync(adopted!)).toBe(false);
  await copies.removeStale(nobodyLives, new Set());
  expect([spared, living].filter((path) => existsSync(path!))).toEqual([]);
});
