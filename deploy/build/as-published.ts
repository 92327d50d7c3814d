/**
 * Turns the packages of a built workspace into what `pnpm publish` would ship: `exports` and `bin` point at `dist`, and only the
 * published files stay. An image then runs the same files as an npm install, with the versions of the lockfile.
 */
import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

for (const path of globSync("{packages,services}/*/package.json")) {
  const { publishConfig, devDependencies: _, scripts: __, ...manifest } = JSON.parse(readFileSync(path, "utf8")) as Manifest;
  const { exports, bin } = publishConfig ?? {};
  writeFileSync(path, `${JSON.stringify({ ...manifest, ...(exports && { exports }), ...(bin && { bin }) }, null, 2)}\n`);
  rmSync(join(dirname(path), "src"), { recursive: true, force: true });
  for (const config of globSync(join(dirname(path), "tsconfig*.json"))) rmSync(config);
}

interface Manifest {
  readonly publishConfig?: { readonly exports?: object; readonly bin?: object };
  readonly devDependencies?: unknown;
  readonly scripts?: unknown;
}
