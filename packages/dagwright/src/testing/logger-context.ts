import { randomUUID } from "node:crypto";
import { checkOptions, type LoggerContext } from "@dagwright/definitions";
import { runId, type Tags, type OptionNames } from "@dagwright/model";

/** What to put into a context for a logger's init function. */
export interface InitLoggerContextOptions<Config = unknown> {
  readonly config?: Config;
  readonly jobName?: string;
  readonly tags?: Tags;
}

const loggerContextNames: OptionNames<InitLoggerContextOptions> = { config: true, jobName: "text", tags: true };

/** Makes a context to call a logger's init function with: `lines.init(buildInitLoggerContext({ config: { prefix: "> " } }))`. */
export function buildInitLoggerContext<Config = unknown>(options: InitLoggerContextOptions<Config> = {}): LoggerContext<Config> {
  checkOptions("buildInitLoggerContext", options, loggerContextNames, buildInitLoggerContext);
  const { config, jobName = "test_job", tags = {} } = options;
  return { config: config as Config, run: { id: runId(randomUUID()), jobName, tags } };
}
