/** Runs `gen` in the packages that have one and fails when a committed `src/gen` was not what it makes. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

const before = generatedFiles();
const made = spawnSync("turbo", ["run", "gen", "--force", "--output-logs=errors-only"], { cwd: root, stdio: "inherit" });
if (made.status !== 0) process.exit(made.status ?? 1);
const after = generatedFiles();

const stale = [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path));
if (stale.length > 0) {
  console.error(`Out of date, now written anew by \`pnpm gen\`; commit:\n${stale.map((path) => `  ${path}`).join("\n")}`);
  process.exitCode = 1;
}

function generatedFiles(): ReadonlyMap<string, string> {
  const paths = globSync("{packages,services}/*/src/gen/**/*.*", { cwd: root });
  return new Map(
    paths.map((path) => [
      path,
      createHash("sha256")
        .update(readFileSync(join(root, path)))
        .digest("hex"),
    ]),
  );
}
