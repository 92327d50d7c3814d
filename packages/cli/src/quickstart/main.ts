import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { reportFailure } from "../report-failure.ts";

// The workspace's own first-run experience: `pnpm quickstart`. It is not part of the published command.
enableCompileCache();
process.setSourceMapsEnabled(true);

try {
  const { values } = parseArgs({ options: { once: { type: "boolean", default: false }, port: { type: "string", short: "p" } } });
  const project = resolve(fileURLToPath(import.meta.url), "../../../../../examples/numbers");
  const file = join(project, "src/definitions.ts");
  if (!existsSync(file)) throw new Error(`quickstart runs in a clone of the repository; there is no ${file}`);
  const { quickstart } = await import("./quickstart.ts");
  process.exitCode = await quickstart({
    file,
    project,
    home: process.env["DAGWRIGHT_HOME"] ?? process.env["DAGSTER_HOME"] ?? join(project, ".dagwright"),
    env: process.env,
    once: values.once,
    ...(values.port !== undefined && { port: Number(values.port) }),
  });
} catch (error) {
  process.exitCode = reportFailure(error, process.env["DEBUG"] !== undefined);
}
