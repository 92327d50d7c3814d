import { type Command, InvalidArgumentError, Option } from "commander";
import { type LogFormat, logFormats } from "./log-format.ts";

/** What a command line says about the project. */
export function addTargetOptions(command: Command): Command {
  return command
    .option("-f, --file <file...>", "file with definitions; several are several code locations")
    .option("-w, --workspace <file>", "workspace.yaml that names the code locations; may be given several times", together)
    .option("-d, --working-directory <folder>", "where relative paths of the project start")
    .option("-a, --attribute <name>", "export that holds the definitions (default: the default export)");
}

const together = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** What the command line of a service says about its code locations: {@link addTargetOptions}, and what else Dagster's services take. */
export function addHostTargetOptions(command: Command): Command {
  addTargetOptions(command)
    .option("-m, --package <name...>", "package with definitions, as an import would name it")
    .option("--grpc-port <port>", "port of a code-location server that runs already", parsePort)
    .option("--grpc-host <host>", "its host (default: localhost)")
    .option("--grpc-socket <path>", "its Unix socket, in place of host and port")
    .option("--use-ssl", "reach it by TLS")
    .option("--empty-workspace", "start without any code location");
  const python =
    "Python code cannot be loaded here: name a TypeScript file by --file or a package by --package, and run Python from its ops by Dagster Pipes.";
  return refuseOptions(command, {
    "--python-file <file>": python,
    "--module-name <name>": python,
    "--package-name <name>": python,
    "--autoload-defs-module-name <name>": python,
  });
}

/** Options of Dagster's that there are not: each is answered by what to do instead. They are not shown in the help. */
export function refuseOptions(command: Command, refusals: Readonly<Record<string, string>>): Command {
  for (const [flags, sentence] of Object.entries(refusals)) {
    const refuse = (): never => {
      throw new InvalidArgumentError(sentence);
    };
    command.addOption(new Option(flags).argParser(refuse).hideHelp());
  }
  return command;
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
