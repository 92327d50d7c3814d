import { inspect } from "node:util";
import {
  type AssetCheckKey,
  type AssetKey,
  assetKeysEqual,
  type JsonObject,
  type MetadataInput,
  type Metadata,
  type Tags,
  toMetadata,
} from "@dagwright/model";
import type { Partitions } from "@dagwright/partitions";
import { InMemoryInstance } from "./instance/in-memory-instance.ts";
import { type InstanceAccess, instanceAccess } from "./instance/instance-access.ts";
import { selectionTest } from "./assets/asset-inputs.ts";
import type { AssetCheckContext, AssetContext, Logger, MultiAssetContext, RunInfo } from "./op-context.ts";
import { parseAssetKey } from "./names.ts";
import { opNameOf } from "./op-name.ts";
import type { OpDefinition } from "./op.ts";
import { partitionContext, PartitionContextError } from "./partitions/partition-context.ts";
import { checkOptions, type OptionNames } from "./option-names.ts";

/** What to put into a context for a direct call of an op or asset. */
export interface DirectContextOptions {
  readonly config?: unknown;
  readonly resources?: Readonly<Record<string, unknown>>;
  readonly runConfig?: JsonObject;
  readonly runTags?: Tags;
  /** The key of the partition that the function is to believe in. */
  readonly partition?: string;
  /** What the key belongs to; needed for time windows and dimensions. */
  readonly partitions?: Partitions;
  /** For functions of several assets: the keys of those to make. Default: all of them, where the function is known. */
  readonly selectedAssets?: readonly (string | readonly string[])[];
  readonly signal?: AbortSignal;
  /** Default: one that knows nothing yet. */
  readonly instance?: InstanceAccess;
  /** Default: nothing is written. */
  readonly log?: Logger;
}

export const directContextNames: OptionNames<DirectContextOptions> = {
  config: true,
  resources: true,
  runConfig: true,
  runTags: true,
  partition: "text",
  partitions: true,
  selectedAssets: "list",
  signal: true,
  instance: true,
  log: true,
};

/** A context for direct calls, which also remembers what the function added to it. */
export interface DirectContext
  extends AssetContext<never, never>, AssetCheckContext<never, never>, MultiAssetContext<never, never> {
  /** Metadata that the function added, by output name. */
  readonly outputMetadata: ReadonlyMap<string, Metadata>;
}

/**
 * Makes a context to call an op or asset with in a unit test: `await fetchOrders({}, buildOpContext({config: {limit: 3}}))`.
 */
export function buildOpContext(options: DirectContextOptions = {}): DirectContext {
  checkOptions("buildOpContext", options, directContextNames, buildOpContext);
  return contextFor(options, { name: "op", tags: {}, assetKey: [], outputs: [], assets: [], checks: [], partitions: null });
}

/** The context of a direct call that was given none. */
export const directContext = (definition: OpDefinition): DirectContext =>
  contextFor(
    {},
    {
      name: definition.name,
      tags: definition.tags,
      assetKey: definition.assetKey ?? [],
      outputs: definition.outs.flatMap(({ name, check }) => (check === undefined ? [name] : [])),
      assets: definition.outs.flatMap(({ name, assetKey }) => (assetKey === undefined ? [] : [{ name, assetKey }])),
      checks: checksOf(definition),
      partitions: definition.partitions,
    },
  );

const checksOf = ({ outs }: OpDefinition): readonly AssetCheckKey[] =>
  outs.flatMap(({ check }) => (check === undefined ? [] : [{ assetKey: check.assetKey, name: check.name }]));

function contextFor(
  options: DirectContextOptions,
  op: {
    readonly name: string;
    readonly tags: Tags;
    readonly assetKey: readonly string[];
    readonly outputs: readonly string[];
    /** Its assets, by output. */
    readonly assets: readonly { readonly name: string; readonly assetKey: AssetKey }[];
    readonly checks: readonly AssetCheckKey[];
    readonly partitions: Partitions | null;
  },
): DirectContext {
  const outputMetadata = new Map<string, Metadata>();
  const wanted = options.selectedAssets?.map((key) => parseAssetKey(key, null, "selected asset"));
  const selected =
    wanted?.map((assetKey) => ({
      name: op.assets.find((one) => assetKeysEqual(one.assetKey, assetKey))?.name ?? opNameOf(assetKey),
      assetKey,
    })) ?? op.assets;
  const run: RunInfo = {
    id: "00000000-0000-7000-8000-000000000000",
    jobName: "direct_call",
    tags: options.runTags ?? {},
    attempt: 1,
    runConfig: options.runConfig ?? {},
    partition: options.partition ?? null,
  };
  return {
    log: options.log ?? silentLogger,
    run,
    op: { name: op.name, config: options.config as never, tags: op.tags },
    step: { key: op.name, retryNumber: 0 },
    asset: { key: op.assetKey },
    checks: op.checks,
    selectedAssetKeys: selected.map(({ assetKey }) => assetKey),
    selectedOutputs: wanted === undefined ? op.outputs : selected.map(({ name }) => name),
    isSelected: selectionTest(selected.map(({ assetKey }) => assetKey)),
    get partition() {
      if (options.partition !== undefined)
        return partitionContext(`"${op.name}"`, options.partitions ?? op.partitions, options.partition);
      if (op.partitions === null) return null;
      throw new PartitionContextError(
        `asset "${op.assetKey.join("/")}"`,
        "asked for its partition, and was called without one; call it with buildOpContext({partition: KEY, partitions})",
      );
    },
    resources: (options.resources ?? {}) as never,
    instance: options.instance ?? instanceAccess(new InMemoryInstance()),
    signal: options.signal ?? new AbortController().signal,
    outputMetadata,
    addOutputMetadata(metadata: Readonly<Record<string, MetadataInput>>, outputName = "result") {
      outputMetadata.set(outputName, { ...outputMetadata.get(outputName), ...toMetadata(metadata) });
    },
  };
}

const nothing = (): void => undefined;
const silentLogger: Logger = { debug: nothing, info: nothing, warning: nothing, error: nothing, critical: nothing };

/** How a logged value that is not text is shown. */
export const showLogged = (message: unknown): string => (typeof message === "string" ? message : inspect(message, { depth: 6 }));
