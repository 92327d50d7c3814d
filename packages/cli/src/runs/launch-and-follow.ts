import { type RunId, runId } from "@dagwright/model";
import type { Shutdown } from "../shutdown.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { deployedRuns } from "../webserver-client/deployed-runs.ts";
import { launchRun, type LaunchTarget } from "../webserver-client/launch-run.ts";
import type { WebserverClient } from "../webserver-client/webserver-client.ts";
import { reportEnd } from "./report-end.ts";
import { endingOf, RunProgress } from "./run-progress.ts";

export interface FollowOptions {
  /** Wait for the run's end and show its log as it grows. */
  readonly follow: boolean;
  /** Print the run as JSON when there is nothing more to wait for, and nothing else on stdout. */
  readonly json: boolean;
}

export interface LaunchRequest extends LaunchTarget, FollowOptions {}

/**
 * Launches a run in a deployment. Ctrl-C while following leaves the run running.
 *
 * @returns the exit code: 0 when the run succeeded, or was launched and is not followed; 1 also when it was not started, as a warning has said then; 130 after Ctrl-C
 */
export async function launchAndFollow(
  client: WebserverClient,
  { follow, json, ...target }: LaunchRequest,
  terminal: Terminal,
  shutdown: Shutdown,
): Promise<number> {
  const { signal } = shutdown;
  const onWarning = (warning: string): void => terminal.complain("warning", warning);
  const launched = await launchRun(client, target, { signal, onWarning });
  const id = runId(launched.runId);
  if (launched.status === "CANCELED") {
    if (json) terminal.json(await deployedRuns(client).details(id));
    return 1;
  }
  if (!json) terminal.print(`Run ${id} of ${target.job} is launched`);
  return await followLaunched(client, id, { follow, json }, terminal, shutdown);
}

/** Shows what becomes of a run that was just launched. @returns the exit code, as {@link launchAndFollow} */
export async function followLaunched(
  client: WebserverClient,
  id: RunId,
  { follow, json }: FollowOptions,
  terminal: Terminal,
  { signal }: Shutdown,
): Promise<number> {
  if (!follow) {
    if (json) terminal.json(await deployedRuns(client).details(id));
    else terminal.print(`Follow it with: dagwright run logs ${id} --follow`);
    return 0;
  }
  const hasEnded = await showLog(client, id, json ? null : terminal, signal);
  if (!hasEnded) {
    terminal.note(
      `\nThe run goes on. Follow it with: dagwright run logs ${id} --follow\nEnd it with: dagwright run terminate ${id}`,
    );
    return 130;
  }
  const run = await deployedRuns(client).details(id);
  if (json) terminal.json(run);
  else reportEnd(run, terminal);
  return run.status === "SUCCESS" ? 0 : 1;
}

/** Shows a run's log as it grows. @returns whether the run has ended; false when the signal came first */
export async function showLog(
  client: WebserverClient,
  id: RunId,
  terminal: Terminal | null,
  signal: AbortSignal,
): Promise<boolean> {
  const progress = terminal === null ? null : new RunProgress(terminal.print, { paint: terminal.paint });
  for await (const entry of client.followRun(id, { signal })) {
    progress?.show(entry);
    if (endingOf(entry.type) !== null) return true;
  }
  return false;
}
