/**
 * Builds the package in the current folder: TypeScript to `dist`, and beside it whatever else in `src` a program reads (SQL, SDL).
 *
 *     node ../../deploy/build/build-package.ts [FOLDER...]     also copies FOLDERs, e.g. ../../protos to dist/protos
 */
import { spawnSync } from "node:child_process";
import { cpSync, globSync, rmSync } from "node:fs";
import { basename, join } from "node:path";

// Anew each time: a file whose source is gone must not reach a tarball.
rmSync("dist", { recursive: true, force: true });
const compiled = spawnSync("tsc", ["-b", "tsconfig.build.json"], { stdio: "inherit" });
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

const assets = globSync("src/**/*.*", { exclude: ["**/*.ts", "**/fixtures/**", "**/*.md"], withFileTypes: true }).filter(
  (entry) => entry.isFile(),
);
for (const { parentPath, name } of assets) {
  const path = join(parentPath, name);
  cpSync(path, join("dist", path.slice(path.indexOf("src") + "src".length)));
}
for (const folder of process.argv.slice(2)) cpSync(folder, join("dist", basename(folder)), { recursive: true });
