import type { LogLevel, RunId, RunLogEntry, StepKey, Tags } from "@dagwright/model";
import { brand, type Branded } from "./brand.ts";
import type { ConfigPreset } from "./config-preset.ts";
import { captureSite, type DefinitionSite } from "./definition-site.ts";
import { InvalidOptionError } from "./errors.ts";
import { checkName } from "./names.ts";
import type { ConfigValue } from "./resource.ts";
import type { MaybePromise, Schema } from "./schema.ts";
import { checkOptions, type OptionNames } from "./option-names.ts";

/** One thing that a run's log says, as loggers get it. Secrets are hidden in it already. */
export interface LogRecord {
  readonly level: LogLevel;
  readonly message: string;
  readonly at: Date;
  readonly runId: RunId;
  readonly jobName: string;
  readonly stepKey: StepKey | null;
  /** The event that it tells of; null for what user code logged. */
  readonly event: RunLogEntry | null;
}

/** Takes what a run logs. What it throws is told once and changes nothing of the run. */
export type LogHandler = (record: LogRecord) => void;

/** What a logger's init function knows. */
export interface LoggerContext<Config = unknown> {
  readonly run: { readonly id: RunId; readonly jobName: string; readonly tags: Tags };
  /** What run config says under `loggers:`, checked and with its defaults filled in. Undefined when the logger takes none. */
  readonly config: Config;
}

/** A logger as executors see it. */
export interface LoggerDefinition extends Branded<"logger"> {
  /** The key under which run config and `definitions` know it. */
  readonly name: string;
  readonly description: string | null;
  readonly config: Schema | null;
  /** What its config is made of when it was made by `configured`. */
  readonly preset?: ConfigPreset;
  /** Makes the handler, which is disposed when the run ends, if it has `Symbol.asyncDispose` or `Symbol.dispose`. */
  readonly init: (context: LoggerContext<never>) => MaybePromise<LogHandler>;
  readonly site: DefinitionSite;
}

/** What {@link logger} takes beside name and init function. */
export interface LoggerOptions<C extends Schema | undefined = undefined> {
  readonly description?: string;
  /** Schema (zod) of what run config may say under `loggers: {<name>: {config}}`. */
  readonly config?: C;
}

const loggerOptions: OptionNames<LoggerOptions> = { description: "text", config: true };

/** The short form: without options. */
export function logger(name: string, init: (context: LoggerContext<undefined>) => MaybePromise<LogHandler>): LoggerDefinition;
/**
 * Declares a place where runs log to besides their own log: `logger("json_lines", {config: z.object({path: z.string()})}, ({config}) => …)`.
 *
 * A run uses the loggers that its run config names under `loggers:`. Each is made once, in the process that leads the run, and gets the
 * events and log lines of all steps, in the order of the run's log.
 *
 * @param name - letters, digits and underscores; unique in the code location. `console` is there already
 * @throws InvalidNameError, InvalidOptionError
 */
export function logger<C extends Schema | undefined = undefined>(
  name: string,
  options: LoggerOptions<C>,
  init: (context: LoggerContext<ConfigValue<C>>) => MaybePromise<LogHandler>,
): LoggerDefinition;
export function logger(
  name: string,
  ...rest: [init: LoggerDefinition["init"]] | [options: LoggerOptions<Schema | undefined>, init: LoggerDefinition["init"]]
): LoggerDefinition {
  const site = captureSite(logger);
  const [options, init] = rest.length === 1 ? [{}, rest[0]] : rest;
  checkName("logger", name, site);
  if (typeof init !== "function")
    throw new InvalidOptionError(`logger "${name}"`, "its last argument must be the function that makes its handler", site);
  checkOptions(`logger "${name}"`, options, loggerOptions, site);
  return Object.freeze({
    ...brand("logger"),
    name,
    description: options.description ?? null,
    config: options.config ?? null,
    init,
    site,
  });
}
