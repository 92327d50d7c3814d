/**
 * Builds the package in the current folder: TypeScript to `dist`, and beside it whatever else in `src` a program reads (SQL, SDL).
 *
 *     node ../../deploy/build/build-package.ts [FROM[:TO]...]     also copies files or folders: ../../protos to dist/protos,
 *                                                                 node_modules/a/b.js:pages to dist/pages/b.js
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
for (const argument of process.argv.slice(2)) {
  const [from = "", to = ""] = argument.split(":");
  cpSync(from, join("dist", to, basename(from)), { recursive: true });
}
