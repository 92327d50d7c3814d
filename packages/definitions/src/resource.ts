import { brand, type Branded, isDefinition } from "./brand.ts";
import type { ConfigPreset } from "./config-preset.ts";
import { captureSite, type DefinitionSite } from "./definition-site.ts";
import { CircularImportError, InvalidOptionError } from "./errors.ts";
import { checkName } from "./names.ts";
import type { ResourceContext } from "./op-context.ts";
import type { MaybePromise, OutputOf, Schema } from "./schema.ts";
import { checkOptions, type OptionNames } from "./option-names.ts";

/** A resource as executors see it. */
export interface ResourceDefinition extends Branded<"resource"> {
  /** The key under which run config and `definitions` know it. */
  readonly name: string;
  readonly description: string | null;
  readonly config: Schema | null;
  /** What its config is made of when it was made by `configured`. */
  readonly preset?: ConfigPreset;
  /** Resources it is built from, by property name in its context. */
  readonly resources: ResourceMap;
  readonly lifetime: ResourceLifetime;
  /** It was bound to a value that is there already, which is not disposed. */
  readonly isValue?: boolean;
  /** That value is an I/O manager of which nothing is left when its process ends. Of what is still to be made it is not known. */
  readonly isInMemory?: true;
  /**
   * Makes the value. What it returns is disposed after its last user, if it has `Symbol.asyncDispose` or `Symbol.dispose`. A generator
   * yields the value once, and goes on after its last user.
   */
  readonly init: (context: ResourceContext) => unknown;
  readonly site: DefinitionSite;
}

/**
 * How long a resource lives. `run`: made before the first step of a process that needs it, disposed after the last, once for each
 * process of the run. `step`: made for each try of a step that needs it, disposed when that try has ended.
 */
export type ResourceLifetime = "run" | "step";

declare const resourceValue: unique symbol;

/** A resource whose value is a `T`, made with config of the schema `C`. */
export interface Resource<T, C extends Schema | undefined = Schema | undefined> extends ResourceDefinition {
  /** Types only. */
  readonly [resourceValue]: () => readonly [T, C];
}

/** Resources that something needs, by the property name under which its context shows them. */
export type ResourceMap = Readonly<Record<string, ResourceDefinition>>;

/** The values of a {@link ResourceMap}. */
export type ResourceValues<R extends ResourceMap> = {
  readonly [K in keyof R]: R[K] extends Resource<infer T, infer _> ? T : unknown;
};

/** What a config schema makes of run config; undefined without one. */
export type ConfigValue<C extends Schema | undefined> = C extends Schema ? OutputOf<C> : undefined;

/** What {@link resource} takes beside name and init function. */
export interface ResourceOptions<C extends Schema | undefined = undefined, R extends ResourceMap = Record<never, never>> {
  readonly description?: string;
  /** Schema (zod) of what run config may say under `resources: {<name>: {config}}`. */
  readonly config?: C;
  /** Resources this one is built from; its context has them under the same property names. */
  readonly resources?: R;
  /** Default `run`: once in each process of a run that needs it. */
  readonly lifetime?: ResourceLifetime;
}

const resourceOptions: OptionNames<ResourceOptions<Schema | undefined, ResourceMap>> = {
  description: "text",
  config: true,
  resources: true,
  lifetime: "text",
};

/** What an init function may give: the value, a promise of it, or a generator that yields it and then tears it down. */
export type Initialized<T> = Generator<T, void> | AsyncGenerator<T, void> | MaybePromise<T>;

/** The short form: without options. */
export function resource<T>(name: string, init: (context: ResourceContext<undefined>) => Initialized<T>): Resource<T, undefined>;
/**
 * Declares something that ops and assets share: a connection, a client, a place for files.
 *
 * It is made once per process that needs it, before the first step that does, and disposed after the last; with `lifetime: "step"`,
 * for each step.
 *
 * @param name - letters, digits and underscores; unique in the code location
 * @param init - makes the value; it may return a promise, and a value with `Symbol.asyncDispose` or `Symbol.dispose` is disposed. A
 *   generator function yields the value and tears it down in what follows
 * @throws InvalidNameError, InvalidOptionError
 */
export function resource<T, C extends Schema | undefined = undefined, R extends ResourceMap = Record<never, never>>(
  name: string,
  options: ResourceOptions<C, R>,
  init: (context: ResourceContext<ConfigValue<C>, ResourceValues<R>>) => Initialized<T>,
): Resource<T, C>;
export function resource(
  name: string,
  ...rest:
    | [init: (context: never) => unknown]
    | [options: ResourceOptions<Schema | undefined, ResourceMap>, init: (context: never) => unknown]
): Resource<unknown> {
  const site = captureSite(resource);
  const [options, init] = rest.length === 1 ? [{}, rest[0]] : rest;
  checkName("resource", name, site);
  if (typeof init !== "function")
    throw new InvalidOptionError(`resource "${name}"`, "its last argument must be the function that makes its value", site);
  checkOptions(`resource "${name}"`, options, resourceOptions, site);
  checkResources(`resource "${name}"`, options.resources, site);
  const { lifetime = "run" } = options;
  if (lifetime !== "run" && lifetime !== "step")
    throw new InvalidOptionError(`resource "${name}"`, '`lifetime` is "run" or "step"', site);
  return Object.freeze({
    ...brand("resource"),
    name,
    description: options.description ?? null,
    config: options.config ?? null,
    resources: Object.freeze({ ...options.resources }),
    lifetime,
    init,
    site,
  }) as unknown as Resource<unknown>;
}

/**
 * Looks whether what something needs as resources are some.
 *
 * @throws InvalidOptionError, CircularImportError
 */
export function checkResources(owner: string, resources: unknown, site: DefinitionSite): void {
  for (const [property, one] of Object.entries(resources ?? {})) {
    if (one === undefined) throw new CircularImportError(`resource "${property}" of ${owner}`, site);
    if (!isDefinition(one, "resource"))
      throw new InvalidOptionError(owner, `its resource "${property}" is none; make it with resource(…)`, site);
  }
}
