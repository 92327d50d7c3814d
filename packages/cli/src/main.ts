#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { reportFailure } from "./report-failure.ts";

// Most of a command's time would go into reading and compiling the same files each time.
enableCompileCache();
process.setSourceMapsEnabled(true);

try {
  const { createProgram } = await import("./program.ts");
  await createProgram({ env: process.env, directory: process.cwd() }).parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error, process.env["DEBUG"] !== undefined);
}
