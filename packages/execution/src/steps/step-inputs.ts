import {
  type InputDefinition,
  type OpDefinition,
  opInputsAt,
  PartialList,
  type Repository,
  type ResolvedJob,
  type ResolvedRunConfig,
} from "@dagwright/definitions";
import {
  assetKeyToUserString,
  type Metadata,
  type MetadataInput,
  type RunLogEntry,
  type StepKey,
  toMetadata,
} from "@dagwright/model";
import type { Partitions } from "@dagwright/partitions";
import { IoManagerError, ValueNotFoundError } from "../errors.ts";
import type { InputContext } from "../io/io-manager.ts";
import { ioPartition, ioPartitions } from "../io/io-partition.ts";
import { loadPartitions } from "../io/load-partitions.ts";
import { type IoManagerSources, usableInputManager } from "../io/usable-io-manager.ts";
import { assetReadOf } from "../partitions/asset-reads.ts";
import type { InputPartitions, StepPartitions } from "../partitions/step-partitions.ts";
import type { RunData } from "../run/run-data.ts";
import { type CheckedValue, passed, typeNameOf } from "./check-value.ts";
import { checkByUser } from "./check-by-user.ts";
import { opUseLabel } from "./op-label.ts";
import { isPure } from "./schema-purity.ts";
import type { InputValue, StepTask, TaskInput } from "./step-task.ts";
import { isThenable } from "./thenable.ts";
import { UserCodeFailure } from "./user-code-failure.ts";

export interface StepInputsOptions extends IoManagerSources {
  readonly repository: Repository;
  readonly job: ResolvedJob;
  readonly run: RunData;
  readonly config: ResolvedRunConfig;
  readonly emit: (entry: RunLogEntry) => void;
  readonly partitions: StepPartitions;
}

/** Loads a step's inputs and checks them against their schemas. */
export class StepInputs {
  readonly #options: StepInputsOptions;

  constructor(options: StepInputsOptions) {
    this.#options = options;
  }

  /** The record that the user's function gets. Inputs that only carry an order are not in it. */
  async load(task: StepTask, op: OpDefinition, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>> {
    const inputs: Record<string, unknown> = {};
    const definitions = op.ins.filter(({ isOrderOnly }) => !isOrderOnly);
    // All are loaded before the first is checked, as in Dagster.
    for (const input of definitions) inputs[input.name] = await this.#value(task, op, input, plannedInput(task, input), signal);
    for (const input of definitions) inputs[input.name] = await this.#check(task, op, input, inputs[input.name]);
    return inputs;
  }

  async #value(
    task: StepTask,
    op: OpDefinition,
    definition: InputDefinition,
    { isFanIn, values }: TaskInput,
    signal: AbortSignal,
  ): Promise<unknown> {
    const given = opInputsAt(this.#options.config, task.step.handle);
    const fromConfig = given[definition.name];
    const isPartial = fromConfig instanceof PartialList;
    if (definition.name in given && !isPartial) return fromConfig;
    const { inputManagerKey } = definition;
    const loaded = inputManagerKey === undefined ? values : values.map((one) => ({ ...one, ioManagerKey: inputManagerKey }));
    if (isFanIn) {
      const list: unknown[] = [];
      for (const [index, one] of loaded.entries()) {
        const part = await this.#partitionsOrWhole(task, op, definition, one, index, signal);
        list.push(part);
      }
      return isPartial ? fromConfig.with(list) : list;
    }
    const [only] = loaded;
    if (only === undefined) return undefined;
    return this.#partitionsOrWhole(task, op, definition, only, 0, signal);
  }

  async #check(task: StepTask, op: OpDefinition, definition: InputDefinition, value: unknown): Promise<unknown> {
    const { emit } = this.#options;
    const { key } = task.step;
    const isGiven = definition.name in opInputsAt(this.#options.config, task.step.handle);
    const planned = isGiven ? { name: definition.name, isFanIn: false, values: [] } : plannedInput(task, definition);
    const parts = value instanceof PartitionValues ? value : null;

    const typeName = typeNameOf(definition.schema);
    if (value === noPartition || this.#wasTransformed(definition, planned)) {
      emit({
        type: "STEP_INPUT",
        atMs: Date.now(),
        stepKey: key,
        inputName: definition.name,
        typeCheck: passed(definition.name),
        message: gotInput(definition.name, typeName, true),
      });
      if (value === noPartition) return null;
      return parts === null ? value : parts.byKey;
    }
    const label = `Input "${definition.name}" of ${opUseLabel(op, key)}`;
    const check = (one: unknown, what: string): Promise<CheckedValue> =>
      checkByUser(what, definition.name, definition.schema, one);
    const checked =
      parts === null
        ? await check(value, label)
        : await parts.check({ value: {}, typeName, typeCheck: passed(definition.name), error: null }, (one, partition) =>
            check(one, `${label}, partition "${partition}"`),
          );
    const message = gotInput(definition.name, typeName, checked.error === null);
    emit({
      type: "STEP_INPUT",
      atMs: Date.now(),
      stepKey: key,
      inputName: definition.name,
      typeCheck: checked.typeCheck,
      message,
    });
    if (checked.error !== null) throw new UserCodeFailure(checked.error);
    return checked.value;
  }

  /** An asset's value, or the values of those of its partitions that the input reads. */
  async #partitionsOrWhole(
    task: StepTask,
    op: OpDefinition,
    definition: InputDefinition,
    value: InputValue,
    index: number,
    signal: AbortSignal,
  ): Promise<unknown> {
    const { job, partitions } = this.#options;
    const asset = assetReadOf(job, task.step, op, definition, index, value.address.assetKey);
    const read = asset === null ? null : await partitions.readBy(op, definition.name, asset);
    if (asset === null || read === null) return this.#load(task, definition.name, value, signal);
    if (read.isNull === true) {
      this.#loaded(task, definition.name, value, {});
      return asset.isOfGraph ? null : noPartition;
    }
    const at = (partition: string): InputValue => ({ ...value, address: { ...value.address, partition } });
    if (!read.isRecord) return this.#load(task, definition.name, at(read.keys[0]!), signal);
    const { values, metadata } = await this.#readPartitions(task, definition.name, value, read, signal);
    this.#loaded(task, definition.name, value, metadata);
    return asset.isOfGraph ? Object.fromEntries(values) : new PartitionValues(values);
  }

  /** Whether the value went through this very schema when it left its step, so that a second time would change it again. */
  #wasTransformed({ schema, assetKey }: InputDefinition, { isFanIn, values }: TaskInput): boolean {
    const [value] = values;
    if (schema === null || value === undefined || isFanIn || isPure(schema)) return false;
    const { job, repository } = this.#options;
    if (assetKey !== null) return repository.asset(assetKey)?.schema === schema;
    const upstream = value.upstreamOpName === null ? undefined : job.opsByName.get(value.upstreamOpName);
    return upstream?.outs.find(({ name }) => name === value.address.outputName)?.schema === schema;
  }

  /** What the value's asset, or output, was declared with. */
  #metadataOf({ address, upstreamOpName }: InputValue): Metadata {
    const { job, repository } = this.#options;
    if (address.assetKey !== null) return repository.asset(address.assetKey)?.metadata ?? {};
    const upstream = upstreamOpName === null ? undefined : job.opsByName.get(upstreamOpName);
    return upstream?.outs.find(({ name }) => name === address.outputName)?.metadata ?? {};
  }

  async #load(task: StepTask, inputName: string, from: InputValue, signal: AbortSignal): Promise<unknown> {
    const { value, metadata } = await this.#read(task, inputName, from, signal);
    this.#loaded(task, inputName, from, metadata);
    return value;
  }

  async #read(
    { step }: StepTask,
    inputName: string,
    from: InputValue,
    signal: AbortSignal,
  ): Promise<{ readonly value: unknown; readonly metadata: Metadata }> {
    const { address, ioManagerKey } = from;
    const manager = usableInputManager(this.#options, ioManagerKey);
    const { context, metadata } = this.#contextOf(step.key, inputName, from, signal);
    let value: unknown;
    try {
      value = manager.loadInput({ ...context, partition: ioPartition(this.#partitionsOf(from), address.partition) });
      if (isThenable(value)) value = await value;
    } catch (error) {
      throw new IoManagerError(`load input "${inputName}" of step "${step.key}"`, ioManagerKey, error);
    }
    return { value, metadata: metadata() };
  }

  async #readPartitions(
    { step }: StepTask,
    inputName: string,
    from: InputValue,
    { keys, allowsMissing }: InputPartitions,
    signal: AbortSignal,
  ): Promise<{ readonly values: ReadonlyMap<string, unknown>; readonly metadata: Metadata }> {
    const { ioManagerKey } = from;
    const manager = usableInputManager(this.#options, ioManagerKey);
    const { context, metadata } = this.#contextOf(step.key, inputName, from, signal);
    const values = new Map<string, unknown>();
    try {
      const partitions = ioPartitions(this.#partitionsOf(from), keys);
      const found = await loadPartitions(manager, { ...context, partitions });
      for (const key of keys) {
        if (found.has(key)) values.set(key, found.get(key));
        else if (!allowsMissing)
          throw new ValueNotFoundError({ ...from.address, partition: key }, `what the I/O manager "${ioManagerKey}" keeps`);
      }
    } catch (error) {
      throw new IoManagerError(`load input "${inputName}" of step "${step.key}"`, ioManagerKey, error);
    }
    return { values, metadata: metadata() };
  }

  #partitionsOf({ address: { assetKey } }: InputValue): Partitions | null {
    return assetKey === null ? null : this.#options.partitions.partitionsOf(assetKey);
  }

  /** What a manager gets to know but for the partitions; and what it has told so far. */
  #contextOf(
    stepKey: StepKey,
    inputName: string,
    from: InputValue,
    signal: AbortSignal,
  ): { readonly context: Omit<InputContext, "partition">; readonly metadata: () => Metadata } {
    let metadata: Metadata = {};
    const context = {
      address: from.address,
      jobName: this.#options.run.jobName,
      definitionMetadata: this.#metadataOf(from),
      stepKey,
      inputName,
      signal,
      addMetadata: (added: Readonly<Record<string, MetadataInput>>) => {
        metadata = { ...metadata, ...toMetadata(added) };
      },
    };
    return { context, metadata: () => metadata };
  }

  #loaded(
    { step }: StepTask,
    inputName: string,
    { address, ioManagerKey, upstreamStepKey }: InputValue,
    metadata: Metadata,
  ): void {
    const from =
      upstreamStepKey === null
        ? `asset ${assetKeyToUserString(address.assetKey ?? [])}`
        : `output "${address.outputName}" of step "${upstreamStepKey}"`;
    this.#options.emit({
      type: "LOADED_INPUT",
      atMs: Date.now(),
      stepKey: step.key,
      inputName,
      managerKey: ioManagerKey,
      upstreamOutputName: upstreamStepKey === null ? null : address.outputName,
      upstreamStepKey,
      metadata,
      message: `Loaded input "${inputName}" using input manager "${ioManagerKey}", from ${from}`,
    });
  }
}

/** Stands for the value of an input that has no partition to read. */
const noPartition = Symbol("no partition");

const plannedInput = ({ inputs }: StepTask, { name }: InputDefinition): TaskInput =>
  inputs.find((one) => one.name === name) ?? { name, isFanIn: false, values: [] };

/** What was read of several partitions, on its way through the checks. */
class PartitionValues {
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(values: ReadonlyMap<string, unknown>) {
    this.#values = values;
  }

  get byKey(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(this.#values);
  }

  /** Checks each value by itself; the first that does not fit speaks for all. */
  async check(whole: CheckedValue, check: (value: unknown, key: string) => Promise<CheckedValue>): Promise<CheckedValue> {
    const values = new Map<string, unknown>();
    for (const [key, value] of this.#values) {
      const checked = await check(value, key);
      if (checked.error !== null) return checked;
      values.set(key, checked.value);
    }
    return { ...whole, value: Object.fromEntries(values) };
  }
}

const gotInput = (name: string, typeName: string, success: boolean): string =>
  `Got input "${name}" of type "${typeName}". (Type check ${success ? "passed" : "failed"}).`;
