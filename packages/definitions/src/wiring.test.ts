import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

/** Programs in which the lines under `// refused: …` must not compile, and all others must. */
const folder = join(import.meta.dirname, "fixtures/wiring");

interface Refusal {
  /** `file:line` */
  readonly at: string;
  readonly message: string;
}

/** What the compiler says about the programs. */
async function compile(): Promise<readonly Refusal[]> {
  const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
  const { promise, resolve } = Promise.withResolvers<string>();
  const args = [join(typescript, "bin/tsc"), "--project", folder, "--pretty", "false"];
  // It exits with 1 or 2 when it refuses something, as it must here.
  execFile(process.execPath, args, { cwd: folder, maxBuffer: 1 << 24 }, (_, stdout) => resolve(stdout));
  const lines = (await promise).split("\n");
  return lines.flatMap((line, index) => {
    const found = /^(\S+\.ts)\((\d+),\d+\): error TS\d+: (.*)$/.exec(line);
    if (!found) return [];
    // Lines with more detail are indented.
    const rest = lines.slice(index + 1);
    const next = rest.findIndex((one) => !one.startsWith(" "));
    const end = next === -1 ? rest.length : next;
    return [{ at: `${found[1]}:${found[2]}`, message: [found[3], ...rest.slice(0, end).map((one) => one.trim())].join(" ") }];
  });
}

/** What the programs say that the compiler must refuse. */
const expected = readdirSync(folder)
  .filter((file) => file.endsWith(".ts"))
  .flatMap((file) =>
    readFileSync(join(folder, file), "utf8")
      .split("\n")
      .flatMap((line, index): readonly Refusal[] => {
        const found = /^\s*\/\/ refused: (.+)$/.exec(line);
        return found ? [{ at: `${file}:${index + 2}`, message: found[1]! }] : [];
      }),
  );

test("the compiler refuses wrong wires, and nothing else, for the reason that is meant", async () => {
  const refusals = await compile();
  expect(expected.length).toBeGreaterThan(40);
  expect(refusals.map(({ at }) => at).sort()).toEqual(expected.map(({ at }) => at).sort());
  for (const { at, message } of expected) {
    expect(refusals.find((refusal) => refusal.at === at)?.message, at).toContain(message);
  }
});
