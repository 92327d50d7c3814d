import {
  type CheckResult,
  isCheckResult,
  type OpDefinition,
  type OutputDefinition,
  type Repository,
} from "@dagwright/definitions";
import {
  type AssetKey,
  assetKeyToUserString,
  dataVersionTags,
  dimensionTags,
  type Metadata,
  type PlannedOutput,
  type RunLogEntry,
  type StepKey,
  type Tags,
  toMetadata,
  type TypeCheck,
} from "@dagwright/model";
import { parseMultiPartitionKey } from "@dagwright/partitions";
import { AssetResultError, IoManagerError, PartitionRecordError, StepTimeoutError } from "../errors.ts";
import type { OutputContext, ValueAddress } from "../io/io-manager.ts";
import { ioPartition } from "../io/io-partition.ts";
import { type IoManagerSources, usableIoManager } from "../io/usable-io-manager.ts";
import type { StepPartitions } from "../partitions/step-partitions.ts";
import type { RunData } from "../run/run-data.ts";
import { type CheckedValue, passed, typeNameOf } from "./check-value.ts";
import { checkByUser } from "./check-by-user.ts";
import { type AssetOutput, assetResults } from "./asset-results.ts";
import { checkResultOf } from "./step-checks.ts";
import { opLabelAtStart, opUseLabel } from "./op-label.ts";
import type { StepTask } from "./step-task.ts";
import { isGenerator, type OpResult, returnedResults, yieldedResults } from "./op-results.ts";
import type { MadeValues } from "./step-hooks.ts";
import { isThenable } from "./thenable.ts";
import { UserCodeFailure } from "./user-code-failure.ts";

export interface StepOutputsOptions extends IoManagerSources {
  readonly repository: Repository;
  readonly run: RunData;
  readonly emit: (entry: RunLogEntry) => void;
  readonly partitions: StepPartitions;
  /** Sees each value that was stored. */
  readonly observe?: (address: ValueAddress, value: unknown) => void;
}

/** One output on its way into storage; without a value there is nothing to store. */
interface MadeOutput extends OpResult {
  readonly tags: Tags;
}

/** The outputs that a step made. */
export interface StoredOutputs {
  readonly names: readonly string[];
  /** Of dynamic outputs, by name, in the order in which they were made. */
  readonly mappingKeys: Readonly<Record<string, readonly string[]>>;
}

const nothing = { name: "Nothing" };

/** Checks what a step's function returned and stores it. */
export class StepOutputs {
  readonly #options: StepOutputsOptions;

  constructor(options: StepOutputsOptions) {
    this.#options = options;
  }

  /**
   * Checks and stores what the user's function returned or yields; gives the outputs that it made.
   *
   * @param metadata - what the function adds to its outputs: read for each when that is stored
   * @param checked - told how checks came out that the function of an asset evaluates, after the asset that they came with; and those that
   * an op of an asset's graph evaluates, with the name of the output that stands for them
   */
  async store(
    task: StepTask,
    op: OpDefinition,
    returned: unknown,
    metadata: ReadonlyMap<string, Metadata>,
    checked: (result: CheckResult, output?: string) => Promise<void>,
    signal: AbortSignal,
    values: MadeValues | null,
  ): Promise<StoredOutputs> {
    const { beforeUserCode } = this.#options;
    const made = new Set<string>();
    const mappingKeys: Record<string, string[]> = {};
    const added = ({ name }: OutputDefinition): Metadata => metadata.get(name) ?? {};
    if (op.assetWork === undefined) {
      const store = async (result: OpResult): Promise<void> => {
        // It was left behind meanwhile, and may be running again.
        if (signal.reason instanceof StepTimeoutError) throw signal.reason;
        const { out, mappingKey } = result;
        const planned = task.step.outputs.find(({ name }) => name === out.name);
        // The run makes some of the assets of a graph, and this is of the others.
        if (planned === undefined) return;
        if (planned.check !== undefined) {
          await checked(checkResultOf(op, out.name, result.value), out.name);
          return;
        }
        const told = { ...added(out), ...result.metadata };
        const value = await this.#output(task, op, { ...result, metadata: told, tags: {} }, signal);
        values?.add(out.name, mappingKey, value, told);
        made.add(out.name);
        if (mappingKey !== undefined) (mappingKeys[out.name] ??= []).push(mappingKey);
      };
      if (isGenerator(returned)) {
        for await (const result of yieldedResults(op, returned)) {
          await store(result);
          beforeUserCode?.();
        }
      } else for (const result of returnedResults(op, returned)) await store(result);
      return { names: [...made], mappingKeys };
    }
    for await (const told of assetResults(op, task.step, returned)) {
      if (isCheckResult(told)) {
        await checked(told);
        continue;
      }
      const output = { ...told, metadata: { ...added(told.out), ...told.metadata } };
      if (op.assetWork.kind === "observe") await this.#observed(task, op, output);
      else {
        const value = await this.#output(task, op, output, signal);
        values?.add(told.out.name, undefined, value, output.metadata);
      }
      made.add(told.out.name);
      for (const result of told.checkResults) await checked(result);
      if (isGenerator(returned)) beforeUserCode?.();
    }
    return { names: [...made], mappingKeys };
  }

  /** An asset that was only looked at: its output carries no value. */
  async #observed({ step: { key, outputs } }: StepTask, op: OpDefinition, observed: AssetOutput): Promise<void> {
    const { emit, partitions } = this.#options;
    const { out, metadata, dataVersionsByPartition: versions = null } = observed;
    const assetKey = out.assetKey!;
    if (versions !== null) await this.#requirePartitions(op, assetKey, [...versions.keys()]);
    const observe = async (): Promise<void> => {
      const seen = versions === null ? await partitions.madeOf(assetKey) : [...versions.keys()];
      for (const partition of seen ?? [null]) {
        const version = partition === null ? undefined : versions?.get(partition);
        const tags = { ...observed.tags, ...(version !== undefined && { [dataVersionTags.dataVersion]: version }) };
        emit({
          type: "ASSET_OBSERVATION",
          atMs: Date.now(),
          stepKey: key,
          assetKey,
          partition,
          description: null,
          metadata,
          tags: { ...this.#dimensionTags(assetKey, partition), ...tags },
          message: `Observed ${assetKeyToUserString(assetKey)}.`,
        });
      }
    };
    // In this order, as clients of Dagster know it.
    if (!op.assetWork?.isMulti) await observe();
    if (outputs.some(({ name }) => name === out.name)) this.#yielded(key, out.name, nothing.name, passed(out.name), metadata);
    if (op.assetWork?.isMulti) await observe();
  }

  /** @throws UserCodeFailure when the asset does not have one of them */
  async #requirePartitions(op: OpDefinition, assetKey: AssetKey, keys: readonly string[]): Promise<void> {
    const unknown = await this.#options.partitions.unknownOf(assetKey, keys);
    if (unknown === null) return;
    throw new UserCodeFailure(new AssetResultError(opLabelAtStart(op), `told the data version of a partition: ${unknown}`));
  }

  #yielded(
    stepKey: StepKey,
    outputName: string,
    typeName: string,
    typeCheck: TypeCheck,
    metadata: Metadata,
    mappingKey: string | null = null,
  ): void {
    this.#options.emit({
      type: "STEP_OUTPUT",
      atMs: Date.now(),
      stepKey,
      outputName,
      mappingKey,
      typeCheck,
      metadata,
      message: `Yielded output "${outputName}"${mappingKey === null ? "" : ` mapping key "${mappingKey}"`} of type "${typeName}". (Type check ${typeCheck.success ? "passed" : "failed"}).`,
    });
  }

  /** Gives the value as it was stored. */
  async #output({ step }: StepTask, op: OpDefinition, made: MadeOutput, signal: AbortSignal): Promise<unknown> {
    const { emit } = this.#options;
    const { key } = step;
    const { out: definition, value, metadata, tags, mappingKey } = made;
    const { name } = definition;
    const planned = step.outputs.find((output) => output.name === name);
    const partitions = planned?.assetKey ? await this.#options.partitions.madeOf(planned.assetKey) : null;
    const address = {
      runId: this.#options.run.runId,
      stepKey: key,
      outputName: name,
      assetKey: planned?.assetKey ?? null,
      partition: partitions?.length === 1 ? partitions[0]! : null,
      ...(mappingKey !== undefined && { mappingKey }),
    };
    const isSeveral = partitions !== null && partitions.length !== 1;
    // A function that makes several partitions may have stored them itself.
    if (!("value" in made) || (isSeveral && value === undefined)) {
      this.#yielded(key, name, nothing.name, passed(name), metadata);
      for (const partition of partitions ?? [null]) this.#materialized({ ...address, partition }, planned, metadata, tags);
      return undefined;
    }
    const label = `Output "${name}" of ${opUseLabel(op, key)}`;
    const check = (one: unknown, what: string): Promise<CheckedValue> => checkByUser(what, name, definition.schema, one);
    const checked =
      partitions === null || partitions.length === 1
        ? await check(value, label)
        : await checkEach(label, partitions, value, passed(name), typeNameOf(definition.schema), check);
    this.#yielded(key, name, checked.typeName, checked.typeCheck, metadata, mappingKey);
    if (checked.error !== null) throw new UserCodeFailure(checked.error);

    const managerKey = planned?.ioManagerKey ?? definition.ioManagerKey;
    let stored: Metadata = {};
    if (partitions === null || partitions.length === 1) {
      stored = await this.#store(address, managerKey, definition, checked.value, signal);
      this.#materialized(address, planned, { ...metadata, ...stored }, tags);
    } else {
      const values = checked.value as Readonly<Record<string, unknown>>;
      for (const partition of partitions) {
        const at = { ...address, partition };
        const own = await this.#store(at, managerKey, definition, values[partition], signal);
        this.#materialized(at, planned, { ...metadata, ...own }, tags);
      }
    }
    this.#options.observe?.(address, checked.value);
    emit({
      type: "HANDLED_OUTPUT",
      atMs: Date.now(),
      stepKey: key,
      outputName: name,
      managerKey,
      metadata: stored,
      message: `Handled output "${name}" using IO manager "${managerKey}"`,
    });
    return checked.value;
  }

  /** The dimensions of a partition, one by one. */
  #dimensionTags(assetKey: AssetKey, partition: string | null): Tags {
    const definition = this.#options.partitions.partitionsOf(assetKey);
    return partition === null || definition?.snapshot.kind !== "multi"
      ? {}
      : dimensionTags(parseMultiPartitionKey(definition, partition));
  }

  async #store(
    address: ValueAddress,
    ioManagerKey: string,
    definition: OutputDefinition,
    value: unknown,
    signal: AbortSignal,
  ): Promise<Metadata> {
    const { partitions, repository, run } = this.#options;
    const { assetKey } = address;
    let metadata: Metadata = {};
    const context: OutputContext = {
      address,
      jobName: run.jobName,
      outputName: address.outputName,
      partition: ioPartition(assetKey === null ? null : partitions.partitionsOf(assetKey), address.partition),
      definitionMetadata: assetKey === null ? definition.metadata : (repository.asset(assetKey)?.metadata ?? {}),
      signal,
      addMetadata: (added) => {
        metadata = { ...metadata, ...toMetadata(added) };
      },
    };
    const manager = usableIoManager(this.#options, ioManagerKey);
    try {
      const storing = manager.handleOutput(context, value);
      if (isThenable(storing)) await storing;
    } catch (error) {
      throw new IoManagerError(`store output "${address.outputName}" of step "${address.stepKey}"`, ioManagerKey, error);
    }
    return metadata;
  }

  #materialized({ stepKey, partition }: ValueAddress, planned: PlannedOutput | undefined, metadata: Metadata, tags: Tags): void {
    if (!planned?.assetKey) return;
    const { assetKey } = planned;
    this.#options.emit({
      type: "ASSET_MATERIALIZATION",
      atMs: Date.now(),
      stepKey,
      assetKey,
      partition,
      description: null,
      metadata,
      // Versions are added where the events of all steps come together.
      tags: { ...this.#dimensionTags(assetKey, partition), ...tags },
      message: `Materialized value ${assetKeyToUserString(assetKey)}.`,
    });
  }
}

/**
 * Checks what is to be stored for several partitions: each by itself.
 *
 * @throws UserCodeFailure when the value is no record with a value for each of them
 */
async function checkEach(
  label: string,
  partitions: readonly string[],
  value: unknown,
  typeCheck: TypeCheck,
  typeName: string,
  check: (value: unknown, what: string) => Promise<CheckedValue>,
): Promise<CheckedValue> {
  const whole = { typeName, typeCheck, error: null };
  const fail = (problem: string): never => {
    throw new UserCodeFailure(new PartitionRecordError(label, problem));
  };
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return fail(`It is ${value === null ? "null" : Array.isArray(value) ? "a list" : typeof value}.`);
  const record = value as Readonly<Record<string, unknown>>;
  const missing = partitions.filter((key) => !Object.hasOwn(record, key));
  if (missing.length > 0)
    fail(
      `It has none for ${missing
        .slice(0, 5)
        .map((key) => `"${key}"`)
        .join(", ")}${missing.length > 5 ? ` and ${missing.length - 5} more` : ""}.`,
    );
  const wanted = new Set(partitions);
  const other = Object.keys(record).find((key) => !wanted.has(key));
  if (other !== undefined) fail(`"${other}" is not among them.`);
  const values: [string, unknown][] = [];
  for (const key of partitions) {
    const checked = await check(record[key], `${label}, partition "${key}"`);
    if (checked.error !== null) return checked;
    values.push([key, checked.value]);
  }
  return { ...whole, value: Object.fromEntries(values) };
}
