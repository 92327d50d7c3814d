import type { AssetCheckExecution, AssetCheckKey } from "./asset-check.ts";
import type { AssetKey } from "./asset-key.ts";
import type { AssetMaterializationEvent, AssetObservationEvent } from "./events/asset-events.ts";
import type { RunId } from "./ids.ts";

/** An event of an asset as the instance keeps it. */
export interface AssetEventRecord {
  /** Grows with time, among all asset events of the instance. */
  readonly id: string;
  /** Null: reported from outside any run. */
  readonly runId: RunId | null;
  readonly event: AssetMaterializationEvent | AssetObservationEvent;
}

/** Which data an asset, or one of its partitions, holds now. */
export interface DataVersionRecord {
  readonly assetKey: AssetKey;
  readonly partition: string | null;
  readonly eventId: string;
  readonly dataVersion: string;
}

/**
 * What code that executes away from the database may ask of the instance, by method: the request and the answer, both plain data,
 * because they travel between threads and processes. Repeating a request must do no harm: one whose answer was lost is sent again.
 */
export interface InstanceMethods {
  /** Newest first, or oldest first when `ascending`. */
  assetEvents: {
    readonly request: {
      readonly assetKey: AssetKey;
      readonly types: readonly AssetEventRecord["event"]["type"][];
      /** Undefined: of any partition and of none. */
      readonly partition?: string;
      /** Only those with smaller ids. */
      readonly cursor?: string;
      /** Only those with greater ids. */
      readonly after?: string;
      /** Only those with these ids. */
      readonly ids?: readonly string[];
      readonly ascending?: boolean;
      readonly limit: number;
    };
    readonly answer: readonly AssetEventRecord[];
  };
  /** The newest materialization of each of the assets that has one. */
  latestMaterializations: {
    readonly request: { readonly assetKeys: readonly AssetKey[] };
    readonly answer: readonly AssetEventRecord[];
  };
  /** Newest first. */
  checkExecutions: {
    readonly request: { readonly check: AssetCheckKey; readonly cursor?: string; readonly limit: number };
    readonly answer: readonly AssetCheckExecution[];
  };
  /**
   * The newest data of each asset as a whole (`partition` is null), and of those of its partitions that are named. What was never made
   * or seen has no record.
   */
  latestDataVersions: {
    readonly request: { readonly assetKeys: readonly AssetKey[]; readonly partitions: readonly string[] };
    readonly answer: readonly DataVersionRecord[];
  };
  /** Keys of dynamic partitions, in the order in which they were added. */
  dynamicPartitions: {
    readonly request: { readonly name: string };
    readonly answer: readonly string[];
  };
  /** Those of the keys that exist. */
  existingDynamicPartitions: {
    readonly request: { readonly name: string; readonly keys: readonly string[] };
    readonly answer: readonly string[];
  };
  /** Keys that are there already stay where they are. */
  addDynamicPartitions: {
    readonly request: { readonly name: string; readonly keys: readonly string[] };
    readonly answer: null;
  };
  deleteDynamicPartitions: {
    readonly request: { readonly name: string; readonly keys: readonly string[] };
    readonly answer: null;
  };
  /** Partition keys of an asset that have a materialization. */
  materializedPartitions: {
    readonly request: { readonly assetKey: AssetKey };
    readonly answer: readonly string[];
  };
}

export type InstanceMethod = keyof InstanceMethods;

/** Answers what {@link InstanceMethods} says: a database, a memory, or a way to one of them. */
export type InstanceBackend = {
  readonly [M in InstanceMethod]: (request: InstanceMethods[M]["request"]) => Promise<InstanceMethods[M]["answer"]>;
};

/** A request on its way. */
export interface InstanceRequest<M extends InstanceMethod = InstanceMethod> {
  readonly method: M;
  readonly request: InstanceMethods[M]["request"];
}

const methods = {
  assetEvents: null,
  latestMaterializations: null,
  checkExecutions: null,
  latestDataVersions: null,
  dynamicPartitions: null,
  existingDynamicPartitions: null,
  addDynamicPartitions: null,
  deleteDynamicPartitions: null,
  materializedPartitions: null,
} satisfies Record<InstanceMethod, null>;

/** A backend that sends each request somewhere else. */
export function remoteInstance(send: (request: InstanceRequest) => Promise<unknown>): InstanceBackend {
  const entries = Object.keys(methods).map((method) => [
    method,
    (request: never) => send({ method: method as InstanceMethod, request }),
  ]);
  return Object.freeze(Object.fromEntries(entries)) as InstanceBackend;
}

/** Hands a request that arrived to the backend that answers it. */
export function answerRequest(backend: InstanceBackend, { method, request }: InstanceRequest): Promise<unknown> {
  if (!Object.hasOwn(methods, method)) return Promise.reject(new TypeError(`an instance has no method ${String(method)}`));
  return (backend[method] as (request: unknown) => Promise<unknown>)(request);
}
