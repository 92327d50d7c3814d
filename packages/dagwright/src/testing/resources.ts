import {
  buildRepository,
  checkOptions,
  definitions,
  type Environment,
  job,
  op,
  type ResourceContext,
  type ResourceDefinition,
  type ResourceValues,
  type RunInfo,
} from "@dagwright/definitions";
import { checkedRunConfig, ResourceScope } from "@dagwright/execution";
import type { JsonObject, RunLogEntry, OptionNames } from "@dagwright/model";
import { type RecordedLine, recordingLogger } from "./recorded-log.ts";

/** What to put into a context for a resource's init function. */
export interface InitResourceContextOptions<Config = unknown, Resources = Readonly<Record<string, unknown>>> {
  readonly config?: Config;
  readonly resources?: Resources;
  readonly run?: RunInfo;
  readonly signal?: AbortSignal;
}

const initResourceNames: OptionNames<InitResourceContextOptions> = { config: true, resources: true, run: true, signal: true };

/** Makes a context to call a resource's init function with: `warehouse.init(buildInitResourceContext({ config: { url } }))`. */
export function buildInitResourceContext<Config = unknown, Resources = Readonly<Record<string, unknown>>>(
  options: InitResourceContextOptions<Config, Resources> = {},
): ResourceContext<Config, Resources> & { readonly lines: readonly RecordedLine[] } {
  checkOptions("buildInitResourceContext", options, initResourceNames, buildInitResourceContext as never);
  const { config, resources = {}, run = null, signal = new AbortController().signal } = options;
  return { config: config as Config, resources: resources as Resources, run, signal, ...recordingLogger() };
}

export interface BuildResourcesOptions {
  /** As in run config: what stands under `resources:`. */
  readonly config?: JsonObject;
  /** Where `{env: NAME}` is looked up. Default: this process's environment. */
  readonly env?: Environment;
  readonly signal?: AbortSignal;
}

const buildResourcesNames: OptionNames<BuildResourcesOptions> = { config: true, env: true, signal: true };

/** Resources that were made: their values by property name, until they are disposed. */
export type BuiltResources<R extends Readonly<Record<string, ResourceDefinition>>> = ResourceValues<R> & AsyncDisposable;

/**
 * Makes resources as a run would, what they are built from included: `await using resources = await buildResources({ warehouse })`.
 * Disposing tears them down in reverse order.
 *
 * @throws InvalidRunConfigError, ResourceInitError
 */
export async function buildResources<R extends Readonly<Record<string, ResourceDefinition>>>(
  resources: R,
  options: BuildResourcesOptions = {},
): Promise<BuiltResources<R>> {
  checkOptions("buildResources", options, buildResourcesNames, buildResources as never);
  const { config = {}, env, signal = new AbortController().signal } = options;
  const all = new Map<string, ResourceDefinition>();
  const collect = (one: ResourceDefinition): void => {
    if (all.has(one.name)) return;
    // A test holds them for as long as it likes.
    all.set(one.name, { ...one, lifetime: "run" });
    for (const inner of Object.values(one.resources)) collect(inner);
  };
  for (const one of Object.values(resources)) collect(one);
  const needing = op("needing", { resources }, () => null);
  const repository = buildRepository(
    definitions({ jobs: [job("build_resources", () => void needing())], resources: [...all.values()] }),
  );
  const checked = checkedRunConfig(repository, { jobName: "build_resources", runConfig: { resources: config } }, env);
  const failed: RunLogEntry[] = [];
  const scope = new ResourceScope({
    definitions: repository.jobs.get("build_resources")!.resources,
    run: null,
    config: checked.config,
    emit: (entry) => void (entry.type === "ENGINE_EVENT" && failed.push(entry)),
    signal,
  });
  try {
    await scope.ensure(
      Object.values(resources).map(({ name }) => name),
      null,
    );
  } catch (error) {
    await scope[Symbol.asyncDispose]();
    throw error;
  }
  const values = Object.fromEntries(Object.entries(resources).map(([property, { name }]) => [property, scope.get(name)]));
  return Object.assign(values, {
    async [Symbol.asyncDispose]() {
      await scope[Symbol.asyncDispose]();
      const [first] = failed;
      if (first !== undefined) throw new Error(first.message);
    },
  }) as BuiltResources<R>;
}
