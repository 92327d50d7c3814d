import { isRunId, type RunId, runId } from "@dagwright/model";
import { RunIdError, UsageError } from "../errors.ts";

/** Where run ids can be looked up: a database or a webserver. */
export interface RunIds {
  /** Newest first, at most `limit`, behind the cursor's run; of those created within these times only. */
  list(query: {
    readonly createdAfterMs?: number;
    readonly createdBeforeMs?: number;
    readonly cursor?: RunId;
    readonly limit: number;
  }): Promise<readonly RunId[]>;
}

const shortestPrefix = 8;
const pageSize = 500;
/** A run's id is made a moment before or after the time that its row tells. */
const clockSlackMs = 5_000;
const mostListed = 5;

/**
 * The run that a person means: by its whole id, or by the beginning of one.
 *
 * @throws UsageError when the text cannot be either, RunIdError when no run's id begins so or several do
 */
export async function findRunId(text: string, runs: RunIds): Promise<RunId> {
  if (isRunId(text)) return runId(text);
  const prefix = text.replaceAll("-", "").toLowerCase();
  if (!/^[0-9a-f]+$/.test(prefix) || prefix.length < shortestPrefix || prefix.length > 32) {
    throw new UsageError(
      `"${text}" is no run id. Give the whole id, or at least its first ${shortestPrefix} characters; dagwright run list shows them.`,
    );
  }
  const found = new Set(await inItsTime(prefix, runs));
  // Ids that clients gave need not carry a time; they are looked for among the newest.
  for (const id of await runs.list({ limit: pageSize })) if (beginsSo(id, prefix)) found.add(id);
  const [only, ...others] = found;
  if (only === undefined)
    throw new RunIdError(`This instance has no run whose id begins with ${text}. See them with: dagwright run list`);
  if (others.length === 0) return only;
  const listed = [...found].slice(0, mostListed).map((id) => `  ${id}`);
  const more = found.size > mostListed ? [`  and more`] : [];
  throw new RunIdError([`Several runs' ids begin with ${text}; give more of it:`, ...listed, ...more].join("\n"));
}

const beginsSo = (id: RunId, prefix: string): boolean => id.replaceAll("-", "").startsWith(prefix);

/** An id of version 7 begins with its time, so the beginning of an id is a stretch of time. */
async function inItsTime(prefix: string, runs: RunIds): Promise<readonly RunId[]> {
  const time = prefix.slice(0, 12);
  const createdAfterMs = Number.parseInt(time.padEnd(12, "0"), 16) - clockSlackMs;
  const createdBeforeMs = Number.parseInt(time.padEnd(12, "f"), 16) + clockSlackMs;
  const found: RunId[] = [];
  let cursor: RunId | undefined;
  for (;;) {
    const page = await runs.list({ createdAfterMs, createdBeforeMs, limit: pageSize, ...(cursor !== undefined && { cursor }) });
    found.push(...page.filter((id) => beginsSo(id, prefix)));
    cursor = page.at(-1);
    if (page.length < pageSize || cursor === undefined || found.length > mostListed) return found;
  }
}
