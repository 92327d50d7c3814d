import { suggest } from "@dagwright/instance";
import { type RunId, type RunStatus, runStatuses } from "@dagwright/model";
import { UsageError } from "../errors.ts";
import type { RunListing } from "./run-source.ts";

export interface RunListOptions {
  readonly status?: readonly string[];
  readonly job?: string;
  readonly tag?: readonly string[];
  readonly limit: number;
}

/** What `run list` is asked for. @throws UsageError for an unknown status or a tag without a value */
export const parseRunListing = (options: RunListOptions, cursor: RunId | undefined): RunListing => ({
  statuses: (options.status ?? []).flatMap((text) => text.split(",")).map(parseStatus),
  tags: (options.tag ?? []).map(parseTag),
  limit: options.limit,
  ...(options.job !== undefined && { job: options.job }),
  ...(cursor !== undefined && { cursor }),
});

function parseStatus(text: string): RunStatus {
  const wanted = text.trim().toUpperCase();
  const found = runStatuses.find((status) => status === wanted);
  if (found === undefined)
    throw new UsageError(`--status: there is no status ${JSON.stringify(text)}; ${suggest(wanted, runStatuses)}`);
  return found;
}

function parseTag(text: string): { readonly key: string; readonly value: string } {
  const at = text.indexOf("=");
  if (at <= 0) throw new UsageError(`--tag: write KEY=VALUE, not ${JSON.stringify(text)}.`);
  return { key: text.slice(0, at), value: text.slice(at + 1) };
}
