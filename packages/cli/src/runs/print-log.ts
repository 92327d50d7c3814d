import type { CommandContext } from "../context.ts";
import { onShutdown } from "../shutdown.ts";
import { processTerminal, type Terminal } from "../terminal/terminal.ts";
import { connect } from "../webserver-client/connect.ts";
import { deployedRuns } from "../webserver-client/deployed-runs.ts";
import { findRunId } from "./find-run-id.ts";
import { openRunSource } from "./open-run-source.ts";
import { endingOf, type ProgressEntry, RunProgress } from "./run-progress.ts";

export interface LogOptions {
  readonly json?: boolean;
  readonly follow?: boolean;
  readonly url?: string;
}

/** An entry as `run logs --json` tells it, one on each line. */
interface LogEntryReport {
  readonly type: string;
  readonly at: string;
  readonly level: string;
  readonly stepKey: string | null;
  readonly message: string;
  /** Error, stack and causes as lines; empty when nothing was thrown. */
  readonly error: readonly string[];
}

/**
 * Prints a run's log as it is, or to its end when it is followed.
 *
 * @returns the exit code: 130 when Ctrl-C ended the following
 */
export async function printLog(run: string, options: LogOptions, context: CommandContext): Promise<number> {
  const terminal = processTerminal();
  const show = printer(options.json ?? false, terminal);
  if (options.follow !== true) {
    await using source = await openRunSource(options, context);
    for await (const entry of source.runs.log(await findRunId(run, source.runs.ids))) show(entry);
    return 0;
  }
  using shutdown = onShutdown();
  const client = connect(options, context);
  const id = await findRunId(run, deployedRuns(client).ids);
  for await (const entry of client.followRun(id, { signal: shutdown.signal })) {
    show(entry);
    if (endingOf(entry.type) !== null) return 0;
  }
  terminal.note(`\nThe run goes on. End it with: dagwright run terminate ${id}`);
  return 130;
}

function printer(json: boolean, terminal: Terminal): (entry: ProgressEntry) => void {
  if (json) return (entry) => terminal.print(JSON.stringify(toReport(entry)));
  const progress = new RunProgress(terminal.print, { isComplete: true, paint: terminal.paint });
  return (entry) => progress.show(entry);
}

const toReport = ({ type, atMs, level, stepKey, message, error }: ProgressEntry): LogEntryReport => ({
  type,
  at: new Date(atMs).toISOString(),
  level,
  stepKey,
  message,
  error,
});
