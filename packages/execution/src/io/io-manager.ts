import type { AssetKey, MetadataInput, RunId, StepKey } from "@dagwright/model";

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
  /** Values are gone with the process; executors that use several processes refuse it. */
  readonly isProcessLocal?: boolean;
}

export function isIoManager(value: unknown): value is IoManager {
  if (typeof value !== "object" || value === null) return false;
  const manager = value as Partial<IoManager>;
  return typeof manager.handleOutput === "function" && typeof manager.loadInput === "function";
}
