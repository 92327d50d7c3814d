import { type Command, Option } from "commander";
import type { RunConfigOptions } from "../run-config/read-run-config.ts";

/** Shown below a command's options. Every command has one. */
export const addExample = (command: Command, ...lines: readonly string[]): Command =>
  command.addHelpText(
    "after",
    `\nExample${lines.length === 1 ? "" : "s"}:\n${lines.map((line) => `  $ dagwright ${line}`).join("\n")}`,
  );

export interface JsonOption {
  readonly json?: boolean;
}
export const addJsonOption = (command: Command): Command =>
  command.option("--json", "print one JSON document and nothing else on stdout");

export interface UrlOption {
  readonly url?: string;
}
/** For commands that talk to a running deployment. */
export const addUrlOption = (command: Command): Command =>
  command.option(
    "--url <url>",
    "the webserver to talk to (default: DAGWRIGHT_WEBSERVER_URL, else the dagwright dev that runs here, else http://localhost:3000)",
  );
/** For commands that ask the project or the database unless told to ask a deployment. */
export const addRemoteOption = (command: Command): Command =>
  command.option("--url <url>", "ask this webserver instead of reading what is on this machine");

export interface LaunchOptions extends RunConfigOptions {
  readonly tags?: string;
  readonly partition?: string;
  readonly partitionRange?: string;
}
/** What a new run is given. */
/** Which of a job's ops are executed. */
export function addOpSelectionOption(command: Command): Command {
  return command.option(
    "--op-selection <queries...>",
    'only these ops: names, with "*" or "+" before or after for what is above or below (*report, load+2)',
  );
}

/** What {@link addOpSelectionOption} gives. */
export interface OpSelectionOption {
  readonly opSelection?: readonly string[];
}

/** Queries also come in one text, between commas. */
export const opQueries = ({ opSelection = [] }: OpSelectionOption): readonly string[] =>
  opSelection
    .flatMap((text) => text.split(","))
    .map((query) => query.trim())
    .filter((query) => query !== "");

export function addLaunchOptions(command: Command): Command {
  return command
    .option("-c, --config <file...>", "run config, YAML or JSON; later files are laid over earlier ones")
    .addOption(new Option("--config-json <text>", "the run config itself, as JSON").conflicts("config"))
    .option("--tags <json>", "tags for the run, as a JSON object")
    .option(
      "--partition <key>",
      "the partition that the run is for; of several dimensions the parts in the order of their names: a|b",
    )
    .option("--partition-range <first...last>", "the partitions that the run is for, from one key to another");
}

/** For names that several code locations may have. */
export interface LocationOption {
  readonly location?: string;
}
export const addLocationOption = (command: Command): Command =>
  command.option("-l, --location <name>", "the code location, where several have one of that name");
