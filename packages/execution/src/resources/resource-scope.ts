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
import { MadeResource } from "./made-resource.ts";

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

/** Gives resources that were made before. */
export interface ResourceSource {
  /** The value of a resource that was made before. */
  get(key: string): unknown;
  has(key: string): boolean;
}

/**
 * The resources of one process of a run: each made when it is first needed, what it is built from before it, and disposed in
 * the reverse order when the scope is, whatever became of the run. Those that live for a step have a scope of their own in it.
 */
export class ResourceScope implements ResourceSource, AsyncDisposable {
  readonly #options: ResourceScopeOptions;
  /** Of the run, when this is a step's. */
  readonly #parent: ResourceScope | null;
  readonly #stepKey: StepKey | null;
  readonly #values: Map<string, unknown>;
  /** By key, so that two steps that begin at once share one. */
  readonly #making = new Map<string, Promise<unknown>>();
  readonly #made: MadeResource[] = [];
  readonly #log: Logger;
  /** I/O managers that the instance provides; they are announced with the resources, as in Dagster. */
  readonly #announced = new Set<string>();
  readonly #hasStepResources: boolean;

  constructor(options: ResourceScopeOptions, parent: ResourceScope | null = null, stepKey: StepKey | null = null) {
    this.#options = options;
    this.#parent = parent;
    this.#stepKey = stepKey;
    this.#values = new Map(parent === null ? options.overrides : []);
    this.#log = runLog(options.emit, stepKey);
    this.#hasStepResources = [...options.definitions.values()].some(({ lifetime }) => lifetime === "step");
  }

  get(key: string): unknown {
    return this.#values.has(key) ? this.#values.get(key) : this.#parent?.get(key);
  }

  has(key: string): boolean {
    return this.#values.has(key) || this.#options.definitions.has(key);
  }

  /** Whether some of them live for a step. */
  get hasStepResources(): boolean {
    return this.#hasStepResources;
  }

  /** The scope for one try of a step, to be disposed after it. */
  forStep(stepKey: StepKey): ResourceScope {
    return new ResourceScope(this.#options, this, stepKey);
  }

  /**
   * Makes those of the resources that are not there yet; undefined when all are. Keys that no definition has are only announced. In
   * the scope of a run, what lives for a step is left to that.
   *
   * @throws ResourceInitError
   */
  ensure(keys: Iterable<string>, stepKey: StepKey | null): Promise<void> | undefined {
    const missing = [...keys].filter((key) => this.#isMissing(key));
    return missing.length === 0 ? undefined : this.#makeAll(missing.toSorted(), stepKey);
  }

  #isMissing(key: string): boolean {
    if (this.#livesForStep(key) && this.#parent === null) return false;
    if (this.#options.definitions.has(key)) return !this.#isMade(key);
    return !this.#announced.has(key) && (this.#parent === null || this.#parent.#isMissing(key));
  }

  #isMade(key: string): boolean {
    return this.#values.has(key) || (this.#parent !== null && this.#parent.#isMade(key));
  }

  #livesForStep(key: string): boolean {
    return this.#options.definitions.get(key)?.lifetime === "step" && !(this.#parent ?? this).#values.has(key);
  }

  async #makeAll(keys: readonly string[], stepKey: StepKey | null): Promise<void> {
    const { emit } = this.#options;
    const startedAt = performance.now();
    const all = this.#withWhatTheyNeed(keys);
    const listed = `[${all.join(", ")}]`;
    emit({
      type: "RESOURCE_INIT_STARTED",
      atMs: Date.now(),
      stepKey,
      resourceKeys: all,
      message: `Starting initialization of resources ${listed}.`,
    });
    try {
      // As in Dagster: what needs nothing first, then what needs that, and by name among equals.
      for (const key of all.toSorted((a, b) => this.#levelOf(a) - this.#levelOf(b))) {
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

  /** The keys, and those of what has to be made for them. */
  #withWhatTheyNeed(keys: readonly string[]): readonly string[] {
    const all = new Set(keys);
    for (const key of all)
      for (const { name } of Object.values(this.#options.definitions.get(key)?.resources ?? {}))
        if (!this.#isMade(name)) all.add(name);
    return [...all].toSorted();
  }

  /** How many others have to be made before it, one after the other. Bindings have no circles; see `resolveJob`. */
  #levelOf(key: string, above: readonly string[] = []): number {
    const needs = Object.values(this.#options.definitions.get(key)?.resources ?? {}).map(({ name }) => name);
    const levels = needs.filter((name) => !above.includes(name)).map((name) => this.#levelOf(name, [...above, key]) + 1);
    return Math.max(0, ...levels);
  }

  #make(key: string, neededBy: readonly string[]): Promise<unknown> | unknown {
    if (this.#isMade(key)) return this.get(key);
    if (this.#parent !== null && !this.#livesForStep(key)) return this.#parent.#make(key, neededBy);
    if (neededBy.includes(key))
      throw new ResourceInitError(key, new Error(`it needs itself, by way of ${[...neededBy, key].join(" → ")}`));
    const going = this.#making.get(key);
    if (going !== undefined) return going;
    const making = this.#makeNow(key, neededBy).finally(() => this.#making.delete(key));
    this.#making.set(key, making);
    return making;
  }

  async #makeNow(key: string, neededBy: readonly string[]): Promise<unknown> {
    try {
      const definition = this.#options.definitions.get(key);
      if (definition === undefined) throw new Error("it is not defined");
      const resources: Record<string, unknown> = {};
      for (const [property, inner] of Object.entries(definition.resources))
        resources[property] = await this.#make(inner.name, [...neededBy, key]);
      const { run, config, signal } = this.#options;
      const given = { log: this.#log, run, config: resourceConfigAt(config, key), resources, signal };
      const made = await MadeResource.from(key, definition, given);
      this.#values.set(key, made.value);
      this.#made.push(made);
      return made.value;
    } catch (error) {
      throw error instanceof ResourceInitError ? error : new ResourceInitError(key, error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of this.#made.splice(0).toReversed()) {
      this.#values.delete(one.key);
      try {
        await one[Symbol.asyncDispose]();
      } catch (error) {
        const failure = describeFailure(error);
        this.#options.emit({
          type: "ENGINE_EVENT",
          atMs: Date.now(),
          stepKey: this.#stepKey,
          error: failure,
          metadata: {},
          markerStart: null,
          markerEnd: null,
          message: `Resource "${one.key}" failed in its teardown: ${failure.message}`,
        });
      }
    }
  }
}
