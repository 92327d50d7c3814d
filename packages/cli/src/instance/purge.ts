import { randomUUID } from "node:crypto";
import { planRetention } from "@dagwright/instance";
import { holderId } from "@dagwright/model";
import { describeRetentionStep, type Purgeable, type Purged, type RetentionStep } from "@dagwright/storage";
import type { CommandContext } from "../context.ts";
import { RefusedError } from "../errors.ts";
import { processTerminal } from "../terminal/terminal.ts";
import { openInstanceForCommand } from "./open-for-command.ts";

/** What `instance purge` takes. */
export interface PurgeOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const batch = 2_000;
const leaseMs = 60_000;
const untilNextMs = 3_600_000;

/**
 * Removes at once what `retention` of dagster.yaml says, or shows what would be removed.
 *
 * @throws RefusedError when a daemon is doing so at this moment
 */
export async function purge({ dryRun = false, json = false }: PurgeOptions, context: CommandContext): Promise<void> {
  const terminal = processTerminal();
  await using instance = await openInstanceForCommand(context);
  const { storage, config } = instance;
  const { retention } = storage;
  const steps = planRetention(config.retention, await storage.nowMs());
  if (dryRun) {
    const found: Purgeable[] = [];
    for (const step of steps) found.push(await retention.preview(step));
    if (json) return terminal.json(found);
    if (found.length === 0) terminal.print("retention of dagster.yaml keeps everything for good");
    for (const one of found) terminal.print(`${labelOf(one.step)}: ${describeFound(one)}`);
    return;
  }
  const turn = await retention.begin(holderId(`cli:${process.pid}:${randomUUID().slice(0, 8)}`), leaseMs, { isAskedFor: true });
  const busy = "A daemon is removing what is old at this moment; its report stands in daemon status";
  if (turn === null) throw new RefusedError(busy);
  const done: Purged[] = [];
  for (const step of steps) {
    const sum = { rows: 0, partitions: [] as string[] };
    for (let isDone = false; !isDone;) {
      const purged = await retention.purge(turn, step, batch, { leaseMs });
      if (purged === null) throw new RefusedError(busy);
      sum.rows += purged.rows;
      sum.partitions.push(...purged.partitions);
      ({ isDone } = purged);
    }
    done.push({ step, ...sum });
    if (!json) terminal.print(`${labelOf(step)}: ${describeDone(done.at(-1)!)}`);
  }
  await retention.end(turn, untilNextMs);
  if (json) terminal.json(done);
}

const labelOf = (step: RetentionStep): string =>
  `${describeRetentionStep(step)} from before ${new Date(step.beforeMs).toISOString().slice(0, 16)}Z`;

const describeDone = ({ rows, partitions }: Purged): string =>
  [
    ...(rows > 0 || partitions.length === 0 ? [`${rows} rows removed`] : []),
    ...partitions.map((name) => `table ${name} dropped`),
  ].join(", ");

function describeFound({ rows, partitions }: Purgeable): string {
  const bytes = partitions.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const tables = partitions.length === 0 ? [] : [`${partitions.length} tables (${Math.ceil(bytes / 2 ** 20)} MB) to drop`];
  return [`${rows >= 100_000 ? "100,000 or more" : rows} rows to delete`, ...tables].join(", ");
}
