import {
  type Logger,
  type ResolvedRunConfig,
  resourceConfigAt,
  type ResourceDefinition,
  type RunInfo,
} from "@dagwright/definitions";
import type { RunLogEntry, StepKey } from "@dagwright/model";
import { ResourceInitError } from "../errors.ts";
import { formatDuration } from "../run/duration.ts";
import { runLog } from "../run/run-log.ts";
import { describeFailure } from "../steps/failure.ts";

export interface ResourceScopeOptions {
  /** What may be asked for, by key. */
  readonly definitions: ReadonlyMap<string, ResourceDefinition>;
  readonly run: RunInfo | null;
  readonly config: ResolvedRunConfig;
  readonly emit: (entry: RunLogEntry) => void;
  readonly signal: AbortSignal;
  /** Values that stand for definitions: nothing is initialised or disposed for them. */
  readonly overrides?: ReadonlyMap<string, unknown>;
}

/**
 * The resources of one process of a run: each made when it is first needed, what it is built from before it, and disposed in
 * the reverse order when the scope is, whatever became of the run.
 */
export class ResourceScope implements AsyncDisposable {
  readonly #options: ResourceScopeOptions;
  readonly #values: Map<string, unknown>;
  readonly #made: { readonly key: string; readonly value: unknown }[] = [];
  readonly #log: Logger;
  /** I/O managers that the instance provides; they are announced with the resources, as in Dagster. */
  readonly #announced = new Set<string>();

  constructor(options: ResourceScopeOptions) {
    this.#options = options;
    this.#values = new Map(options.overrides);
    this.#log = runLog(options.emit, null);
  }

  /** The value of a resource that was made before. */
  get(key: string): unknown {
    return this.#values.get(key);
  }

  has(key: string): boolean {
    return this.#values.has(key) || this.#options.definitions.has(key);
  }

  /**
   * Makes those of the resources that are not there yet; undefined when all are. Keys that no definition has are only announced.
   *
   * @throws ResourceInitError
   */
  ensure(keys: Iterable<string>, stepKey: StepKey | null): Promise<void> | undefined {
    const missing = [...keys].filter((key) =>
      this.#options.definitions.has(key) ? !this.#values.has(key) : !this.#announced.has(key),
    );
    return missing.length === 0 ? undefined : this.#makeAll(missing.toSorted(), stepKey);
  }

  async #makeAll(keys: readonly string[], stepKey: StepKey | null): Promise<void> {
    const { emit } = this.#options;
    const startedAt = performance.now();
    const listed = `[${keys.join(", ")}]`;
    emit({
      type: "RESOURCE_INIT_STARTED",
      atMs: Date.now(),
      stepKey,
      resourceKeys: keys,
      message: `Starting initialization of resources ${listed}.`,
    });
    try {
      for (const key of keys) {
        this.#announced.add(key);
        if (this.#options.definitions.has(key)) await this.#make(key, []);
      }
    } catch (error) {
      emit({
        type: "RESOURCE_INIT_FAILURE",
        atMs: Date.now(),
        stepKey,
        error: describeFailure(error),
        message: `Initialization of resources ${listed} failed.`,
      });
      throw error;
    }
    const duration = formatDuration(performance.now() - startedAt);
    emit({
      type: "RESOURCE_INIT_SUCCESS",
      atMs: Date.now(),
      stepKey,
      metadata: { duration: { type: "text", text: duration } },
      message: `Finished initialization of resources ${listed}.`,
    });
  }

  async #make(key: string, neededBy: readonly string[]): Promise<unknown> {
    if (this.#values.has(key)) return this.#values.get(key);
    try {
      if (neededBy.includes(key)) throw new Error(`it needs itself, by way of ${[...neededBy, key].join(" → ")}`);
      const definition = this.#options.definitions.get(key);
      if (definition === undefined) throw new Error("it is not defined");
      const resources: Record<string, unknown> = {};
      for (const [property, inner] of Object.entries(definition.resources))
        resources[property] = await this.#make(inner.name, [...neededBy, key]);
      const { run, config, signal } = this.#options;
      const value: unknown = await definition.init({
        log: this.#log,
        run,
        config: resourceConfigAt(config, key),
        resources,
        signal,
      } as never);
      this.#values.set(key, value);
      this.#made.push({ key, value });
      return value;
    } catch (error) {
      throw error instanceof ResourceInitError ? error : new ResourceInitError(key, error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { key, value } of this.#made.splice(0).toReversed()) {
      this.#values.delete(key);
      try {
        await dispose(value);
      } catch (error) {
        const failure = describeFailure(error);
        this.#options.emit({
          type: "ENGINE_EVENT",
          atMs: Date.now(),
          stepKey: null,
          error: failure,
          metadata: {},
          markerStart: null,
          markerEnd: null,
          message: `Resource "${key}" failed in its teardown: ${failure.message}`,
        });
      }
    }
  }
}

async function dispose(value: unknown): Promise<void> {
  if ((typeof value !== "object" || value === null) && typeof value !== "function") return;
  const { [Symbol.asyncDispose]: disposeAsync, [Symbol.dispose]: disposeSync } = value as Partial<AsyncDisposable & Disposable>;
  if (typeof disposeAsync === "function") await disposeAsync.call(value);
  else if (typeof disposeSync === "function") disposeSync.call(value);
}
