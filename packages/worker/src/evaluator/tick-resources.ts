import {
  type Environment,
  type Logger,
  readConfigOf,
  type Repository,
  type ResourceDefinition,
  type ResourceMap,
} from "@dagwright/definitions";
import { ResourceScope } from "@dagwright/execution";
import { type LogLevel, stepKey } from "@dagwright/model";
import { TickResourceConfigError } from "../errors.ts";

/** The resources of one tick, made; disposing tears them down. */
export interface TickResources extends AsyncDisposable {
  /** By the property names under which the function gets them. */
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * Makes what a schedule's or sensor's function needs, from the location's definitions. There is no run whose config could say something for
 * them: they get the defaults of their schemas.
 *
 * @param needed - absent in definitions of older copies of the package
 * @param context.environment - where `{env: NAME}` in a preset is looked up
 * @throws ResourceInitError, TickResourceConfigError
 */
export async function openTickResources(
  repository: Repository,
  needed: ResourceMap | undefined,
  { log, environment, signal }: { readonly log: Logger; readonly environment: Environment; readonly signal: AbortSignal },
): Promise<TickResources> {
  const named = Object.entries(needed ?? {});
  if (named.length === 0) return { values: {}, [Symbol.asyncDispose]: () => Promise.resolve() };
  const { resources } = repository;
  const scope = new ResourceScope({
    definitions: resources,
    run: null,
    config: {
      ops: {},
      resources: configsFor(
        resources,
        named.map(([, { name }]) => name),
        environment,
      ),
      execution: {},
      loggers: {},
    },
    emit: (entry) => {
      if (entry.type === "LOG_LINE") log[methods[entry.level]](entry.message);
    },
    signal,
  });
  // Those that live for a step live for a tick.
  const own = scope.forStep(stepKey("tick"));
  const dispose = async (): Promise<void> => {
    await own[Symbol.asyncDispose]();
    await scope[Symbol.asyncDispose]();
  };
  try {
    await own.ensure(
      named.map(([, { name }]) => name),
      null,
    );
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    values: Object.fromEntries(named.map(([property, { name }]) => [property, own.get(name)])),
    [Symbol.asyncDispose]: dispose,
  };
}

const methods = {
  DEBUG: "debug",
  INFO: "info",
  WARNING: "warning",
  ERROR: "error",
  CRITICAL: "critical",
} as const satisfies Record<LogLevel, keyof Logger>;

/** Of the resources, and of those that they are built from. */
function configsFor(
  resources: ReadonlyMap<string, ResourceDefinition>,
  names: readonly string[],
  environment: Environment,
): Readonly<Record<string, { readonly config?: unknown }>> {
  const configs: Record<string, { readonly config?: unknown }> = {};
  const all = new Set(names);
  for (const name of all) {
    const definition = resources.get(name);
    if (definition === undefined) continue;
    const { value, problems } = readConfigOf(definition, undefined, environment);
    if (problems.length > 0)
      throw new TickResourceConfigError(
        name,
        problems.map(({ path, problem }) => [...path, problem].join(": ")),
        definition.preset !== undefined,
      );
    configs[name] = { config: value };
    for (const inner of Object.values(definition.resources)) all.add(inner.name);
  }
  return configs;
}
