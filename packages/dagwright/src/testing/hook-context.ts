import { buildOpContext, type HookContext, type InstanceAccess, checkOptions } from "@dagwright/definitions";
import { type Metadata, type MetadataInput, type OptionNames, type Tags, toMetadata } from "@dagwright/model";
import { type RecordedLine, recordingLogger } from "./recorded-log.ts";

/** What to put into a context for a hook's function. */
export interface HookContextOptions {
  /** Default `hook`. */
  readonly hookName?: string;
  /** Default `op`. */
  readonly opName?: string;
  readonly opConfig?: unknown;
  readonly opTags?: Tags;
  /** Default the op's name. */
  readonly stepKey?: string;
  readonly retryNumber?: number;
  /** What the op threw; default null, as after a success. */
  readonly stepException?: unknown;
  /** Values by output name. */
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** What was told of the outputs, by their names. */
  readonly outputMetadata?: Readonly<Record<string, Readonly<Record<string, MetadataInput>>>>;
  readonly resources?: Readonly<Record<string, unknown>>;
  readonly runTags?: Tags;
  readonly instance?: InstanceAccess;
  readonly signal?: AbortSignal;
}

const hookContextNames: OptionNames<HookContextOptions> = {
  hookName: "text",
  opName: "text",
  opConfig: true,
  opTags: true,
  stepKey: "text",
  retryNumber: true,
  stepException: true,
  outputs: true,
  outputMetadata: true,
  resources: true,
  runTags: true,
  instance: true,
  signal: true,
};

/** Makes a context to call a hook's function with: `notify.fn(buildHookContext({ stepException: error }))`; what it logs is in `lines`. */
export function buildHookContext(
  options: HookContextOptions = {},
): HookContext<never> & { readonly lines: readonly RecordedLine[] } {
  checkOptions("buildHookContext", options, hookContextNames, buildHookContext);
  const { hookName = "hook", opName = "op", opConfig, opTags = {}, stepKey = opName, retryNumber = 0 } = options;
  const { instance, signal, runTags, resources = {}, outputs = {}, stepException = null } = options;
  const { run, ...direct } = buildOpContext({
    ...(runTags && { runTags }),
    ...(instance && { instance }),
    ...(signal && { signal }),
  });
  const outputMetadata = Object.entries(options.outputMetadata ?? {}).map(([name, told]): [string, Metadata] => [
    name,
    toMetadata(told),
  ]);
  return {
    run,
    hook: { name: hookName },
    op: { name: opName, config: opConfig, tags: opTags },
    step: { key: stepKey, retryNumber },
    stepException,
    outputs,
    outputMetadata: Object.fromEntries(outputMetadata),
    resources: resources as never,
    instance: direct.instance,
    signal: direct.signal,
    ...recordingLogger(),
  };
}
