import type { Metadata } from "@dagwright/model";
import { brand, type Branded, isDefinition } from "./brand.ts";
import { captureSite, type DefinitionSite } from "./definition-site.ts";
import { CircularImportError, InvalidOptionError } from "./errors.ts";
import { checkName } from "./names.ts";
import type { InstanceAccess } from "./instance/instance-access.ts";
import type { Logger, RunInfo } from "./op-context.ts";
import { checkResources, type ResourceMap, type ResourceValues } from "./resource.ts";
import type { MaybePromise } from "./schema.ts";
import { checkOptions, type OptionNames } from "./option-names.ts";

/** A function that is called when a step has ended; made by {@link successHook} and {@link failureHook}. */
export interface HookDefinition extends Branded<"hook"> {
  readonly name: string;
  /** After which end of a step it is called. */
  readonly on: "success" | "failure";
  /** Resources it needs, by property name in its context. */
  readonly resources: ResourceMap;
  readonly fn: (context: never) => MaybePromise<void>;
  readonly site: DefinitionSite;
}

/** What a hook knows of the step that has ended. */
export interface HookContext<Resources = Readonly<Record<string, unknown>>> {
  readonly log: Logger;
  readonly run: RunInfo;
  readonly hook: { readonly name: string };
  readonly op: { readonly name: string; readonly config: unknown; readonly tags: Readonly<Record<string, string>> };
  readonly step: { readonly key: string; readonly retryNumber: number };
  /** What the op threw; null when it succeeded. */
  readonly stepException: unknown;
  /** The values of the outputs that were made, by name; of a dynamic output a record by mapping key. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What was told of the outputs, by name; of a dynamic output a record by mapping key. */
  readonly outputMetadata: Readonly<Record<string, Metadata | Readonly<Record<string, Metadata>>>>;
  readonly resources: Resources;
  readonly instance: InstanceAccess;
  readonly signal: AbortSignal;
}

/** What {@link successHook} and {@link failureHook} take beside name and function. */
export interface HookOptions<R extends ResourceMap = ResourceMap> {
  /** Resources it needs; its context has them under the same property names. */
  readonly resources?: R;
}

const hookOptions: OptionNames<HookOptions> = { resources: true };

type Empty = Record<never, never>;
type HookFunction<R extends ResourceMap> = (context: HookContext<ResourceValues<R>>) => MaybePromise<void>;

/**
 * Declares what is to happen after each step that succeeds: of a job (`hooks` option), a graph or an op (`.withHooks(hook)`).
 * What it throws is recorded and fails nothing.
 *
 * @throws InvalidNameError, InvalidOptionError
 */
export function successHook(name: string, fn: HookFunction<Empty>): HookDefinition;
/** With resources. */
export function successHook<R extends ResourceMap>(name: string, options: HookOptions<R>, fn: HookFunction<R>): HookDefinition;
export function successHook(name: string, ...rest: HookArguments): HookDefinition {
  return hook("success", name, rest, captureSite(successHook));
}

/**
 * Declares what is to happen after each step that fails for good; see {@link successHook}.
 *
 * @throws InvalidNameError, InvalidOptionError
 */
export function failureHook(name: string, fn: HookFunction<Empty>): HookDefinition;
/** With resources. */
export function failureHook<R extends ResourceMap>(name: string, options: HookOptions<R>, fn: HookFunction<R>): HookDefinition;
export function failureHook(name: string, ...rest: HookArguments): HookDefinition {
  return hook("failure", name, rest, captureSite(failureHook));
}

type HookArguments = [fn: HookDefinition["fn"]] | [options: HookOptions, fn: HookDefinition["fn"]];

function hook(on: HookDefinition["on"], name: string, rest: HookArguments, site: DefinitionSite): HookDefinition {
  const [options, fn] = rest.length === 1 ? [{}, rest[0]] : rest;
  checkName("hook", name, site);
  if (typeof fn !== "function")
    throw new InvalidOptionError(`hook "${name}"`, "its last argument must be the function to call", site);
  checkOptions(`hook "${name}"`, options, hookOptions, site);
  checkResources(`hook "${name}"`, options.resources, site);
  return Object.freeze({ ...brand("hook"), name, on, resources: Object.freeze({ ...options.resources }), fn, site });
}

/** The hooks that something was given. */
export function checkHooks(owner: string, hooks: readonly unknown[], site: DefinitionSite): readonly HookDefinition[] {
  for (const [index, one] of hooks.entries()) {
    if (one === undefined) throw new CircularImportError(`hook ${index} of ${owner}`, site);
    if (!isDefinition(one, "hook"))
      throw new InvalidOptionError(owner, "its hooks must be made by successHook(…) or failureHook(…)", site);
  }
  return Object.freeze([...(hooks as readonly HookDefinition[])]);
}
