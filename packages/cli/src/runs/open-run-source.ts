import { queueLimitsOf } from "@dagwright/workspace";
import { type CommandContext, homeOf } from "../context.ts";
import { InstanceNotFoundError } from "../errors.ts";
import { openExistingInstance } from "../instance/open-for-command.ts";
import { connect } from "../webserver-client/connect.ts";
import { deployedRuns } from "../webserver-client/deployed-runs.ts";
import type { RunSource } from "./run-source.ts";
import { storedRuns } from "./stored-runs.ts";

export interface OpenedRunSource extends AsyncDisposable {
  readonly runs: RunSource;
}

/**
 * The runs that a command reads: of the webserver that `--url` names, else of this home's instance.
 *
 * @throws InstanceNotFoundError when this home has none
 */
export async function openRunSource(options: { readonly url?: string }, context: CommandContext): Promise<OpenedRunSource> {
  if (options.url !== undefined) {
    return { runs: deployedRuns(connect(options, context)), [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const instance = await openExistingInstance(context);
  if (instance === null) throw new InstanceNotFoundError(homeOf(context));
  return {
    runs: storedRuns(instance.storage, queueLimitsOf(instance.config)),
    [Symbol.asyncDispose]: () => instance[Symbol.asyncDispose](),
  };
}
