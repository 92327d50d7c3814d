import { readFileSync } from "node:fs";
import { Command } from "commander";
import type { CommandContext } from "./context.ts";
import { addApiCommand } from "./commands/api.ts";
import { addAssetCommand } from "./commands/asset.ts";
import { addBackfillCommand } from "./commands/backfill.ts";
import { addCodeLocationCommand } from "./commands/code-location.ts";
import { addDaemonCommand } from "./commands/daemon.ts";
import { addDefinitionsCommand } from "./commands/definitions.ts";
import { addDevCommand } from "./commands/dev.ts";
import { addHealthCommand } from "./commands/health.ts";
import { addInitCommand } from "./commands/init.ts";
import { addInstanceCommand } from "./commands/instance.ts";
import { addScheduleCommand, addSensorCommand } from "./commands/instigators.ts";
import { addJobCommand } from "./commands/job.ts";
import { addRunCommand } from "./commands/run.ts";
import { addWebserverCommand } from "./commands/webserver.ts";

/** This package's version, which is every package's. */
export function ownVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
  return manifest.version;
}

/** All commands. Each loads what it needs when it is called, so that `--help` is quick. */
export function createProgram(context: CommandContext): Command {
  const program = new Command("dagwright")
    .description("Data orchestration in TypeScript")
    .version(ownVersion())
    .showSuggestionAfterError()
    .showHelpAfterError("(add --help for what there is)")
    .exitOverride();
  addDevCommand(program, context);
  addInitCommand(program, context, ownVersion());
  addDefinitionsCommand(program, context);
  addJobCommand(program, context);
  addAssetCommand(program, context);
  addRunCommand(program, context);
  addBackfillCommand(program, context);
  addScheduleCommand(program, context);
  addSensorCommand(program, context);
  addInstanceCommand(program, context);
  addWebserverCommand(program, context);
  addDaemonCommand(program, context);
  addCodeLocationCommand(program, context);
  addHealthCommand(program, context);
  addApiCommand(program, context);
  return program;
}
