import { block } from "../config-file/block.ts";
import { boolean, integer } from "../config-file/scalars.ts";

/** `sensors`, `schedules` and `backfills`: how much one daemon replica does at once. */
export interface DaemonWorkersConfig {
  /** Read for compatibility: ticks are evaluated concurrently whatever it says. Default false. */
  readonly useThreads: boolean;
  /** Most ticks or backfills under way at once; null for the daemon's default. */
  readonly numWorkers: number | null;
  /** Read for compatibility: a tick's runs are inserted in one statement; null when not given. */
  readonly numSubmitWorkers: number | null;
}

export const daemonWorkers = block({
  use_threads: boolean().default(false),
  num_workers: integer({ min: 1 }).optional(),
  num_submit_workers: integer({ min: 1 }).optional(),
}).transform((given): DaemonWorkersConfig => ({
  useThreads: given.use_threads,
  numWorkers: given.num_workers ?? null,
  numSubmitWorkers: given.num_submit_workers ?? null,
}));
