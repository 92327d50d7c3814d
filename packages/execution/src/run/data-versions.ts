import type { Repository } from "@dagwright/definitions";
import {
  type AssetKey,
  assetKeyToString,
  type AssetMaterializationEvent,
  type AssetObservationEvent,
  dataVersionOf,
  dataVersionTags,
  type ExecutionPlan,
  initialDataVersion,
  inputVersionTags,
  type InstanceBackend,
  type RunLogEntry,
  systemTags,
  type Tags,
} from "@dagwright/model";
import { createHash } from "node:crypto";
import type { RunData } from "./run-data.ts";

export interface DataVersionsOptions {
  readonly plan: ExecutionPlan;
  readonly repository: Repository;
  readonly run: RunData;
  readonly instance: Pick<InstanceBackend, "latestDataVersions">;
}

/** What a materialization reads: an asset, or one of its partitions. */
interface Read {
  readonly dataVersion: string;
  /** Null: within this run, or nothing was found. */
  readonly eventId: string | null;
}

/**
 * Says of each materialization which data it is and what it was made from, as tags. A version that user code did not name is a hash
 * of the code's version and of the versions of all inputs, as Dagster computes it, so that the same code on the same data has the same
 * version.
 *
 * It sees the run's events where they all come together, since steps in other processes do not know of each other. What the run reads
 * and does not make is looked up once, when the run starts: data that is made anew meanwhile makes the result stale, even if it was read.
 */
export class DataVersions {
  readonly #options: DataVersionsOptions;
  /** By asset, then by partition (empty: as a whole): the newest that this run could have read. */
  readonly #known: Map<string, Map<string, Read>>;

  private constructor(options: DataVersionsOptions, known: Map<string, Map<string, Read>>) {
    this.#options = options;
    this.#known = known;
  }

  /** Null for runs that make no asset. */
  static async load(options: DataVersionsOptions): Promise<DataVersions | null> {
    const made = options.plan.steps.flatMap(({ outputs }) =>
      outputs.flatMap(({ assetKey, isObserved }) => (assetKey === null || isObserved ? [] : [assetKey])),
    );
    if (made.length === 0) return null;
    const ids = new Set(made.map(assetKeyToString));
    const read = new Map<string, AssetKey>();
    for (const key of made) {
      for (const dependency of dependenciesOf(options.repository, key)) {
        const id = assetKeyToString(dependency);
        if (!ids.has(id)) read.set(id, dependency);
      }
    }
    const known = new Map<string, Map<string, Read>>();
    if (read.size > 0) {
      const partitions = partitionsOf(options.run);
      const records = await options.instance.latestDataVersions({ assetKeys: [...read.values()], partitions });
      for (const { assetKey, partition, ...version } of records) versionsOf(known, assetKey).set(partition ?? "", version);
    }
    return new DataVersions(options, known);
  }

  /** The entry as it is to be recorded. */
  stamp(entry: RunLogEntry): RunLogEntry {
    if (entry.type === "ASSET_OBSERVATION") return this.#observed(entry);
    if (entry.type !== "ASSET_MATERIALIZATION") return entry;
    const tags = { ...this.#tags(entry), ...entry.tags };
    const dataVersion = dataVersionOf(tags) ?? initialDataVersion;
    // Its own event has no id before it is stored; what is read within a run is told apart by version alone.
    const versions = versionsOf(this.#known, entry.assetKey);
    versions.set("", { dataVersion, eventId: null });
    if (entry.partition !== null) versions.set(entry.partition, { dataVersion, eventId: null });
    return { ...entry, tags };
  }

  /** What the run looked at is what it reads from then on. */
  #observed(entry: AssetObservationEvent): AssetObservationEvent {
    const dataVersion = dataVersionOf(entry.tags);
    if (dataVersion !== null) versionsOf(this.#known, entry.assetKey).set(entry.partition ?? "", { dataVersion, eventId: null });
    return entry;
  }

  #tags({ assetKey, partition }: AssetMaterializationEvent): Tags {
    const { repository, run } = this.#options;
    const codeVersion = codeVersionOf(repository, assetKey) ?? run.runId;
    const reads = dependenciesOf(repository, assetKey)
      .map((key) => ({ key, ...this.#read(key, partition) }))
      .sort((a, b) => compareText(shown(a.key), shown(b.key)));
    const tags: Record<string, string> = { [dataVersionTags.codeVersion]: codeVersion };
    for (const { key, dataVersion, eventId } of reads) Object.assign(tags, inputVersionTags(key, dataVersion, eventId));
    tags[dataVersionTags.dataVersion] = hash([codeVersion, ...reads.map(({ dataVersion }) => dataVersion)]);
    return tags;
  }

  /** What a partition of an asset read of another asset: the same partition where there is one, else the asset as it was last made. */
  #read(key: AssetKey, partition: string | null): Read {
    const versions = this.#known.get(assetKeyToString(key));
    return versions?.get(partition ?? "") ?? versions?.get("") ?? { dataVersion: initialDataVersion, eventId: null };
  }
}

/** Ranges are left out: what they read is told by the newest of each asset. */
function partitionsOf({ tags }: RunData): readonly string[] {
  const partition = tags[systemTags.partition];
  return partition === undefined ? [] : [partition];
}

const dependenciesOf = (repository: Repository, key: AssetKey): readonly AssetKey[] => repository.asset(key)?.dependencies ?? [];
const codeVersionOf = (repository: Repository, key: AssetKey): string | null => repository.asset(key)?.codeVersion ?? null;

function versionsOf(known: Map<string, Map<string, Read>>, key: AssetKey): Map<string, Read> {
  const id = assetKeyToString(key);
  let versions = known.get(id);
  if (versions === undefined) known.set(id, (versions = new Map()));
  return versions;
}

const hash = (parts: readonly string[]): string => createHash("sha256").update(parts.join("")).digest("hex");

/** How Python writes a key, by which Dagster orders the inputs that it hashes. */
const shown = (key: AssetKey): string => `AssetKey([${key.map((part) => `'${part}'`).join(", ")}])`;
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
