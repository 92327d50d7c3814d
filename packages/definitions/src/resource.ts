import { brand, type Branded } from "./brand.ts";
import { captureSite, type DefinitionSite } from "./definition-site.ts";
import { checkName } from "./names.ts";
import type { ResourceContext } from "./op-context.ts";
import type { MaybePromise, OutputOf, Schema } from "./schema.ts";

/** A resource as executors see it. */
export interface ResourceDefinition extends Branded<"resource"> {
  /** The key under which run config and `definitions` know it. */
  readonly name: string;
  readonly description: string | null;
  readonly config: Schema | null;
  /** Resources it is built from, by property name in its context. */
  readonly resources: ResourceMap;
  /** Makes the value. What it returns is disposed after its last user, if it has `Symbol.asyncDispose` or `Symbol.dispose`. */
  readonly init: (context: ResourceContext) => unknown;
  readonly site: DefinitionSite;
}

declare const resourceValue: unique symbol;

/** A resource whose value is a `T`. */
export interface Resource<T> extends ResourceDefinition {
  /** Types only. */
  readonly [resourceValue]: () => T;
}

/** Resources that something needs, by the property name under which its context shows them. */
export type ResourceMap = Readonly<Record<string, ResourceDefinition>>;

/** The values of a {@link ResourceMap}. */
export type ResourceValues<R extends ResourceMap> = { readonly [K in keyof R]: R[K] extends Resource<infer T> ? T : unknown };

/** What a config schema makes of run config; undefined without one. */
export type ConfigValue<C extends Schema | undefined> = C extends Schema ? OutputOf<C> : undefined;

/** What {@link resource} takes beside name and init function. */
export interface ResourceOptions<C extends Schema | undefined = undefined, R extends ResourceMap = Record<never, never>> {
  readonly description?: string;
  /** Schema (zod) of what run config may say under `resources: {<name>: {config}}`. */
  readonly config?: C;
  /** Resources this one is built from; its context has them under the same property names. */
  readonly resources?: R;
}

/** The short form: without options. */
export function resource<T>(name: string, init: (context: ResourceContext<undefined>) => MaybePromise<T>): Resource<T>;
/**
 * Declares something that ops and assets share: a connection, a client, a place for files.
 *
 * It is made once per process that needs it, before the first step that does, and disposed after the last.
 *
 * @param name - letters, digits and underscores; unique in the code location
 * @param init - makes the value; it may return a promise, and a value with `Symbol.asyncDispose` is disposed
 * @throws InvalidNameError
 */
export function resource<T, C extends Schema | undefined = undefined, R extends ResourceMap = Record<never, never>>(
  name: string,
  options: ResourceOptions<C, R>,
  init: (context: ResourceContext<ConfigValue<C>, ResourceValues<R>>) => MaybePromise<T>,
): Resource<T>;
export function resource(
  name: string,
  ...rest:
    | [init: (context: never) => unknown]
    | [options: ResourceOptions<Schema | undefined, ResourceMap>, init: (context: never) => unknown]
): Resource<unknown> {
  const site = captureSite(resource);
  const [options, init] = rest.length === 1 ? [{}, rest[0]] : rest;
  checkName("resource", name, site);
  return Object.freeze({
    ...brand("resource"),
    name,
    description: options.description ?? null,
    config: options.config ?? null,
    resources: Object.freeze({ ...options.resources }),
    init,
    site,
  }) as unknown as Resource<unknown>;
}
