#!/usr/bin/env node
/**
 * The `dagwright` command as a project has it: it loads the commands from the project's own `@dagwright/cli`, so that the library
 * depends on no server, and a project in a container that only runs code installs none.
 */
import { createRequire, enableCompileCache } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** What `@dagwright/cli` exports, as far as it is needed here. */
interface Cli {
  createProgram(host: { readonly env: NodeJS.ProcessEnv; readonly directory: string }): { parseAsync(): Promise<unknown> };
  reportFailure(error: unknown, isVerbose: boolean): number;
}

enableCompileCache();
process.setSourceMapsEnabled(true);

const cli = await loadCli(process.cwd());
if (cli === null) {
  process.stderr.write(
    "The dagwright command needs the package @dagwright/cli, which is not installed here. Install it with one of\n" +
      "  npm install --save-dev @dagwright/cli\n" +
      "  pnpm add --save-dev @dagwright/cli\n" +
      "  yarn add --dev @dagwright/cli\n",
  );
  process.exitCode = 1;
} else {
  try {
    await cli.createProgram({ env: process.env, directory: process.cwd() }).parseAsync();
  } catch (error) {
    process.exitCode = cli.reportFailure(error, process.env["DEBUG"] !== undefined);
  }
}

/** The project's commands; null when they are not installed. What goes wrong inside of them is thrown. */
async function loadCli(project: string): Promise<Cli | null> {
  // Asked from the folder in which the command runs; the file itself need not exist.
  const { resolve } = createRequire(join(project, "package.json"));
  let entry: string;
  try {
    entry = resolve("@dagwright/cli");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return null;
    throw error;
  }
  return (await import(pathToFileURL(entry).href)) as Cli;
}
