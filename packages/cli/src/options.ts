import { type Command, InvalidArgumentError, Option } from "commander";
import { type LogFormat, logFormats } from "./log-format.ts";

/** What a command line says about the project. */
export function addTargetOptions(command: Command): Command {
  return command
    .option("-f, --file <file...>", "file with definitions; several are several code locations")
    .option("-w, --workspace <file>", "workspace.yaml that names the code locations")
    .option("-d, --working-directory <folder>", "where relative paths of the project start")
    .option("-a, --attribute <name>", "export that holds the definitions (default: the default export)");
}

export interface LogOptions {
  readonly logFormat: LogFormat;
  readonly logLevel: string;
}

export function addLogOptions(command: Command): Command {
  const format = new Option("--log-format <format>", "how log lines look")
    .choices(logFormats)
    .default(process.stdout.isTTY ? "colored" : "plain");
  const level = new Option("--log-level <level>", "least level to show")
    .choices(["debug", "info", "warn", "error"])
    .default("info");
  return command.addOption(format).addOption(level);
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError("It must be a number from 0 to 65535.");
  return port;
}
