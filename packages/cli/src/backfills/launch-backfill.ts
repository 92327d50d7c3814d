import { setTimeout as delay } from "node:timers/promises";
import { selectAssets } from "../assets/select-assets.ts";
import type { CommandContext } from "../context.ts";
import { UsageError } from "../errors.ts";
import { findDefinition } from "../projects/find-definition.ts";
import { parseTags, readRunConfig, type RunConfigOptions } from "../run-config/read-run-config.ts";
import { onShutdown } from "../shutdown.ts";
import { processTerminal } from "../terminal/terminal.ts";
import { launchBackfill, partitionSetOf, showBackfill } from "../webserver-client/backfills-client.ts";
import { connect } from "../webserver-client/connect.ts";
import { deployedAssets, deployedJobs } from "../webserver-client/deployed-definitions.ts";
import { showProgress } from "./show-backfills.ts";

export interface LaunchBackfillOptions extends RunConfigOptions {
  readonly select?: string;
  readonly job?: string;
  readonly partitions?: readonly string[];
  readonly partitionRange?: string;
  readonly all?: boolean;
  readonly only?: readonly string[];
  readonly fromFailure?: boolean;
  readonly steps?: readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly tags?: string;
  readonly priority?: number;
  readonly maxRunsInFlight?: number;
  readonly paused?: boolean;
  readonly follow?: boolean;
  readonly json?: boolean;
  readonly url?: string;
  readonly location?: string;
}

const followEveryMs = 1_000;

/**
 * Launches a backfill of assets or of a job's partitions in a deployment.
 *
 * @returns the exit code: with `--follow` 0 only when it succeeded
 * @throws UsageError, RefusedError
 */
export async function launchBackfillCommand(options: LaunchBackfillOptions, context: CommandContext): Promise<number> {
  const { select, job } = options;
  if ((select === undefined) === (job === undefined))
    throw new UsageError("Give either --select with assets or --job, not both.");
  const terminal = processTerminal();
  const client = connect(options, context);
  const warn = (message: string): void => terminal.complain("warning", message);
  const tags = {
    ...parseTags(options.tags),
    ...(options.priority !== undefined && { "dagster/priority": String(options.priority) }),
  };
  const common = {
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    runConfigData: readRunConfig(options, context.directory),
    title: options.title ?? null,
    description: options.description ?? null,
    maxRunsInFlight: options.maxRunsInFlight ?? null,
    isPaused: options.paused ?? false,
  };
  const params =
    select === undefined
      ? await paramsOfJob(job ?? "", options, async () => deployedJobs(client, warn))
      : paramsOfAssets(selectAssets(select, await deployedAssets(client, warn)), options);
  const id = await launchBackfill(client, { ...common, ...params }, warn);
  if (options.follow !== true) {
    if (options.json) terminal.json({ id });
    else terminal.print(`Backfill ${id} was launched. See it with: dagwright backfill show ${id}`);
    return 0;
  }
  using shutdown = onShutdown();
  for (;;) {
    const report = await showBackfill(client, id);
    if (report.endedAtMs !== null) {
      if (options.json) terminal.json(report);
      else showProgress(report, terminal);
      return report.status === "COMPLETED_SUCCESS" ? 0 : 1;
    }
    await delay(followEveryMs, undefined, { signal: shutdown.signal }).catch(() => undefined);
    if (shutdown.signal.aborted) {
      terminal.note(`Backfill ${id} goes on. Cancel it with: dagwright backfill cancel ${id}`);
      return 130;
    }
  }
}

function paramsOfAssets(keys: readonly (readonly string[])[], options: LaunchBackfillOptions): Readonly<Record<string, unknown>> {
  const { partitions, partitionRange, all, only, fromFailure, steps } = options;
  if (fromFailure === true || steps !== undefined)
    throw new UsageError("--from-failure and --steps are for jobs. Of assets, --only failed makes what failed.");
  const given = [partitions, partitionRange, all].filter((each) => each !== undefined).length;
  if (given > 1) throw new UsageError("--partitions, --partition-range and --all exclude each other.");
  const wanted = only?.map((each) => each.toUpperCase());
  const unknown = wanted?.find((each) => each !== "MISSING" && each !== "FAILED");
  if (unknown !== undefined) throw new UsageError(`--only: there is "missing" and "failed", not "${unknown.toLowerCase()}".`);
  const filter = wanted === undefined ? {} : { onlyPartitions: wanted };
  const assets = keys.map((path) => ({ path }));
  if (partitionRange !== undefined) {
    const range = rangeOf(partitionRange);
    return { ...filter, partitionsByAssets: assets.map((assetKey) => ({ assetKey, partitions: { ranges: [range] } })) };
  }
  if (partitions !== undefined) return { ...filter, assetSelection: assets, partitionNames: partitions };
  if (all !== true && wanted === undefined)
    throw new UsageError("Say which partitions: --partitions, --partition-range, --only or --all.");
  return { ...filter, assetSelection: assets, allPartitions: true };
}

async function paramsOfJob(
  name: string,
  options: LaunchBackfillOptions,
  jobs: () => Promise<readonly { readonly name: string; readonly location: string }[]>,
): Promise<Readonly<Record<string, unknown>>> {
  const { partitions, partitionRange, all, only, fromFailure, steps, location } = options;
  if (only !== undefined) throw new UsageError("--only is for assets. Of a job, --from-failure runs again what failed.");
  if (partitionRange !== undefined)
    throw new UsageError("--partition-range is for assets. Of a job, name its --partitions, or give --all.");
  if ((partitions === undefined) === (all !== true)) throw new UsageError("Give either --partitions or --all.");
  const found = findDefinition("job", name, await jobs(), location);
  return {
    selector: partitionSetOf(found.location, found.name),
    ...(partitions === undefined ? { allPartitions: true } : { partitionNames: partitions }),
    ...(fromFailure === true && { fromFailure: true }),
    ...(steps !== undefined && { reexecutionSteps: steps }),
  };
}

function rangeOf(text: string): { readonly start: string; readonly end: string } {
  const [start, end, ...more] = text.split("...");
  if (start === undefined || start === "" || end === undefined || end === "" || more.length > 0)
    throw new UsageError(`--partition-range: ${JSON.stringify(text)} is no range. It needs two keys: FIRST...LAST`);
  return { start, end };
}
