import { type InputContext, ioPartition, type OutputContext, type ValueAddress } from "@dagwright/execution";
import {
  type AssetKey,
  assetKeyFromUserString,
  type Metadata,
  type MetadataInput,
  runId,
  stepKey,
  toMetadata,
  type OptionNames,
} from "@dagwright/model";
import type { Partitions } from "@dagwright/partitions";
import { checkOptions } from "@dagwright/definitions";

/** What to put into a context for an I/O manager. */
export interface IoContextOptions {
  /** The asset whose value it is: `"a/b"` and `["a", "b"]` are the same. Default: the output of an op. */
  readonly assetKey?: string | AssetKey;
  readonly partition?: string;
  /** The partitions that it is one of, where the manager has to know what they stand for. */
  readonly partitions?: Partitions;
  /** What the asset, or the output, is declared with. */
  readonly definitionMetadata?: Readonly<Record<string, MetadataInput>>;
  /** Default `00000000-0000-7000-8000-000000000000`. */
  readonly runId?: string;
  /** The step that made the value. Default `step`. */
  readonly stepKey?: string;
  /** Default `result`. */
  readonly outputName?: string;
  /** Default `test_job`. */
  readonly jobName?: string;
  readonly signal?: AbortSignal;
}

export interface InputContextOptions extends IoContextOptions {
  /** The step that wants the value. Default `reader`. */
  readonly readerStepKey?: string;
  /** Default `value`. */
  readonly inputName?: string;
}

const ioContextNames: OptionNames<IoContextOptions> = {
  assetKey: true,
  partition: "text",
  partitions: true,
  definitionMetadata: true,
  runId: "text",
  stepKey: "text",
  outputName: "text",
  jobName: "text",
  signal: true,
};
const inputContextNames: OptionNames<InputContextOptions> = { ...ioContextNames, readerStepKey: "text", inputName: "text" };

/** What the I/O manager told of a value. */
interface Told {
  readonly metadata: Metadata;
}

/** Makes a context to call an I/O manager's `handleOutput` with; what it told is in `metadata`. */
export function buildOutputContext(options: IoContextOptions = {}): OutputContext & Told {
  checkOptions("buildOutputContext", options, ioContextNames, buildOutputContext);
  const { address, ...common } = ioContext(options);
  return telling({ ...common, address, outputName: address.outputName });
}

/** Makes a context to call an I/O manager's `loadInput` with; `address` is where the value was stored. */
export function buildInputContext(options: InputContextOptions = {}): InputContext & Told {
  checkOptions("buildInputContext", options, inputContextNames, buildInputContext);
  const { readerStepKey = "reader", inputName = "value", ...rest } = options;
  return telling({ ...ioContext(rest), stepKey: stepKey(readerStepKey), inputName });
}

function ioContext(options: IoContextOptions): Omit<InputContext, "stepKey" | "inputName" | "addMetadata"> {
  const { assetKey = null, jobName = "test_job", signal = new AbortController().signal } = options;
  const address: ValueAddress = {
    runId: runId(options.runId ?? "00000000-0000-7000-8000-000000000000"),
    stepKey: stepKey(options.stepKey ?? "step"),
    outputName: options.outputName ?? "result",
    assetKey: typeof assetKey === "string" ? assetKeyFromUserString(assetKey) : assetKey,
    partition: options.partition ?? null,
  };
  const partition = ioPartition(options.partitions ?? null, address.partition);
  return { address, jobName, signal, partition, definitionMetadata: toMetadata(options.definitionMetadata) };
}

function telling<Context extends object>(
  context: Context,
): Context & Told & { addMetadata(added: Readonly<Record<string, MetadataInput>>): void } {
  let metadata: Metadata = {};
  const told = {
    get metadata() {
      return metadata;
    },
    addMetadata(added: Readonly<Record<string, MetadataInput>>) {
      metadata = { ...metadata, ...toMetadata(added) };
    },
  };
  return Object.defineProperties(told, Object.getOwnPropertyDescriptors(context)) as typeof told & Context;
}
