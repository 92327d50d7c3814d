import { endingOf, RunProgress } from "./runs/run-progress.ts";
import type { WebserverClient } from "./webserver-client/webserver-client.ts";

/**
 * Shows a run's log line by line as it grows.
 *
 * @returns the status it ended with; null when the signal aborted first
 */
export async function printFollowedRun(
  client: WebserverClient,
  runId: string,
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<"SUCCESS" | "FAILURE" | "CANCELED" | null> {
  const progress = new RunProgress(print);
  for await (const entry of client.followRun(runId, { signal })) {
    progress.show(entry);
    const ending = endingOf(entry.type);
    if (ending !== null) return ending;
  }
  return null;
}
