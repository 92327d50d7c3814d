import type { CommandContext } from "../context.ts";
import { onShutdown } from "../shutdown.ts";
import { processTerminal } from "../terminal/terminal.ts";
import { connect } from "../webserver-client/connect.ts";
import { deployedRuns } from "../webserver-client/deployed-runs.ts";
import { reexecuteRun } from "../webserver-client/reexecute-run.ts";
import { findRunId } from "./find-run-id.ts";
import { followLaunched } from "./launch-and-follow.ts";

export interface ReexecuteOptions {
  readonly fromFailure?: boolean;
  readonly follow: boolean;
  readonly json?: boolean;
  readonly url?: string;
}

/** Launches a run anew in a deployment. @returns the exit code, as for a launch */
export async function reexecuteAndFollow(text: string, options: ReexecuteOptions, context: CommandContext): Promise<number> {
  using shutdown = onShutdown();
  const terminal = processTerminal();
  const client = connect(options, context);
  const parent = await findRunId(text, deployedRuns(client).ids);
  const onWarning = (warning: string): void => terminal.complain("warning", warning);
  const strategy = options.fromFailure === true ? "FROM_FAILURE" : "ALL_STEPS";
  const { id, job } = await reexecuteRun(client, parent, strategy, { signal: shutdown.signal, onWarning });
  const json = options.json ?? false;
  if (!json) terminal.print(`Run ${id} of ${job} is launched; it executes run ${parent} again`);
  return await followLaunched(client, id, { follow: options.follow, json }, terminal, shutdown);
}
