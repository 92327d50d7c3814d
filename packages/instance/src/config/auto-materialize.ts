import { block } from "../config-file/block.ts";
import { boolean, integer, textMapping } from "../config-file/scalars.ts";

/** `auto_materialize`: declarative automation, under the name it had first. */
export interface AutoMaterializeConfig {
  /** Default true. */
  readonly enabled: boolean;
  /** Shortest time between two evaluations; null for the daemon's default. */
  readonly minimumIntervalSeconds: number | null;
  /** Tags of every run that automation asks for. */
  readonly runTags: Readonly<Record<string, string>>;
  /** Whether a new materialization with an unchanged data version counts as no update. Default false. */
  readonly respectMaterializationDataVersions: boolean;
  /** Retries of a tick that failed. Default 3. */
  readonly maxTickRetries: number;
  /** Whether conditions are evaluated by automation condition sensors. Default true. */
  readonly useSensors: boolean;
  /** Read for compatibility: evaluation is concurrent whatever it says. Default false. */
  readonly useThreads: boolean;
  /** Most sensors evaluated at once; null for the daemon's default. */
  readonly numWorkers: number | null;
}

export const autoMaterialize = block({
  enabled: boolean().default(true),
  minimum_interval_seconds: integer({ min: 0 }).optional(),
  run_tags: textMapping().default({}),
  respect_materialization_data_versions: boolean().default(false),
  max_tick_retries: integer({ min: 0 }).default(3),
  use_sensors: boolean().default(true),
  use_threads: boolean().default(false),
  num_workers: integer({ min: 1 }).optional(),
}).transform((given): AutoMaterializeConfig => ({
  enabled: given.enabled,
  minimumIntervalSeconds: given.minimum_interval_seconds ?? null,
  runTags: given.run_tags,
  respectMaterializationDataVersions: given.respect_materialization_data_versions,
  maxTickRetries: given.max_tick_retries,
  useSensors: given.use_sensors,
  useThreads: given.use_threads,
  numWorkers: given.num_workers ?? null,
}));
