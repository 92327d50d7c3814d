import type { CommandContext } from "../context.ts";
import { RefusedError, RunIdError } from "../errors.ts";
import { processTerminal } from "../terminal/terminal.ts";
import { connect } from "../webserver-client/connect.ts";
import { deployedRuns } from "../webserver-client/deployed-runs.ts";
import { terminateRun } from "../webserver-client/terminate-run.ts";
import { findRunId } from "./find-run-id.ts";

/** One run as `run terminate --json` tells it. */
interface TerminationReport {
  readonly id: string;
  /** After the request; null when it was refused. */
  readonly status: string | null;
  readonly error: string | null;
}

/** Asks for the end of each run; one that is refused does not keep the others from ending. @returns whether none was refused */
export async function terminateRuns(
  texts: readonly string[],
  options: { readonly json?: boolean; readonly url?: string; readonly force?: boolean },
  context: CommandContext,
): Promise<boolean> {
  const terminal = processTerminal();
  const client = connect(options, context);
  const { ids } = deployedRuns(client);
  const reports: TerminationReport[] = [];
  for (const text of texts) {
    try {
      const id = await findRunId(text, ids);
      reports.push({ id, status: await terminateRun(client, id, options.force ?? false), error: null });
    } catch (error) {
      if (!(error instanceof RefusedError || error instanceof RunIdError)) throw error;
      reports.push({ id: text, status: null, error: error.message });
    }
  }
  if (options.json) terminal.json(reports);
  for (const { id, status, error } of reports) {
    if (error !== null) terminal.complain("error", error);
    else if (!options.json) terminal.print(status === "CANCELING" ? `Run ${id} is being canceled` : `Run ${id} is ${status}`);
  }
  return reports.every(({ error }) => error === null);
}
