import type { AssetKey, Metadata, MetadataInput, RunId, StepKey } from "@dagwright/model";
import type { IoPartition } from "./io-partition.ts";

/** Where a value lies: by its asset when it is one, else by the run, step and output that made it. */
export interface ValueAddress {
  readonly runId: RunId;
  readonly stepKey: StepKey;
  readonly outputName: string;
  /** Null unless the output is an asset; then run, step and output do not matter, the newest value counts. */
  readonly assetKey: AssetKey | null;
  readonly partition: string | null;
  /** Which of the values of a dynamic output it is; absent for plain outputs. */
  readonly mappingKey?: string;
}

interface IoContext {
  readonly address: ValueAddress;
  readonly jobName: string;
  /** The partition of the address, as what it stands for. */
  readonly partition: IoPartition | null;
  /** What the asset was declared with, or the op's output; for settings of a manager's own. */
  readonly definitionMetadata: Metadata;
  /** Aborts when the run is terminated; what was stored or loaded half-way is then of no use to anybody. */
  readonly signal: AbortSignal;
  /** Adds to the event's metadata: say where the value lies, never the value. */
  addMetadata(metadata: Readonly<Record<string, MetadataInput>>): void;
}

/** What an I/O manager knows of the output it is to store. */
export interface OutputContext extends IoContext {
  readonly outputName: string;
}

/** What an I/O manager knows of the input it is to load; `address` is the one under which the value was stored. */
export interface InputContext extends IoContext {
  /** The step that wants the value. */
  readonly stepKey: StepKey;
  readonly inputName: string;
}

/** What an I/O manager knows of an input that is the values of several partitions of one asset; `address` is that of the whole asset. */
export interface PartitionsInputContext extends Omit<InputContext, "partition"> {
  /** Each once, in the order of their keys. */
  readonly partitions: readonly IoPartition[];
}

/**
 * Keeps values between steps. A resource whose value has these two methods is an I/O manager, to be named by its key where an
 * output is declared (`ioManagerKey`); the key `io_manager` is the default of all outputs.
 */
export interface IoManager {
  /** Stores a value. When it returns or resolves, the value can be loaded, by any process unless {@link isProcessLocal}. */
  handleOutput(context: OutputContext, value: unknown): void | PromiseLike<void>;
  /**
   * Loads a value.
   *
   * @throws ValueNotFoundError when nothing was stored there
   */
  loadInput(context: InputContext): unknown;
  /**
   * Loads the values of several partitions of an asset at once, where that takes less than one after the other: by one query, from files
   * that are read at the same time ({@link loadEachPartition}). Without it, each is loaded by `loadInput`.
   *
   * @returns the values by partition key; what was never stored is left out
   */
  loadPartitions?(context: PartitionsInputContext): ReadonlyMap<string, unknown> | PromiseLike<ReadonlyMap<string, unknown>>;
  /** Values are gone with the process; executors that use several processes refuse it. */
  readonly isProcessLocal?: boolean;
}

/** What is needed of a manager that is named at an input (`inputManagerKey`): it loads what another one has stored. */
export type InputManager = Pick<IoManager, "loadInput" | "loadPartitions" | "isProcessLocal">;

export const isInputManager = (value: unknown): value is InputManager =>
  typeof value === "object" && value !== null && typeof (value as Partial<IoManager>).loadInput === "function";

export function isIoManager(value: unknown): value is IoManager {
  if (typeof value !== "object" || value === null) return false;
  const manager = value as Partial<IoManager>;
  return typeof manager.handleOutput === "function" && typeof manager.loadInput === "function";
}
