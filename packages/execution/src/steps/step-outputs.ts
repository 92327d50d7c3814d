import type { OpDefinition, OutputDefinition, Repository } from "@dagwright/definitions";
import { assetKeyToUserString, type Metadata, type PlannedOutput, type RunLogEntry, toMetadata } from "@dagwright/model";
import { IoManagerError, OutputRecordError } from "../errors.ts";
import type { OutputContext, ValueAddress } from "../io/io-manager.ts";
import { type IoManagerSources, usableIoManager } from "../io/usable-io-manager.ts";
import type { RunData } from "../run/run-data.ts";
import { checkByUser } from "./check-by-user.ts";
import { listOutputs, opLabelAtStart, opUseLabel } from "./op-label.ts";
import type { StepTask } from "./step-task.ts";
import { isThenable } from "./thenable.ts";
import { UserCodeFailure } from "./user-code-failure.ts";

export interface StepOutputsOptions extends IoManagerSources {
  readonly repository: Repository;
  readonly run: RunData;
  readonly emit: (entry: RunLogEntry) => void;
  /** Sees each value that was stored. */
  readonly observe?: (address: ValueAddress, value: unknown) => void;
}

/** Checks what a step's function returned and stores it. */
export class StepOutputs {
  readonly #options: StepOutputsOptions;

  constructor(options: StepOutputsOptions) {
    this.#options = options;
  }

  /** Checks and stores what the user's function returned; gives the names of the outputs that it made. */
  async store(
    task: StepTask,
    op: OpDefinition,
    returned: unknown,
    metadata: ReadonlyMap<string, Metadata>,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const made: string[] = [];
    for (const [definition, value] of outputValues(op, returned)) {
      await this.#output(task, op, definition, value, metadata.get(definition.name) ?? {}, signal);
      made.push(definition.name);
    }
    return made;
  }

  async #output(
    { step }: StepTask,
    op: OpDefinition,
    definition: OutputDefinition,
    value: unknown,
    metadata: Metadata,
    signal: AbortSignal,
  ): Promise<void> {
    const { emit } = this.#options;
    const { key } = step;
    const { name } = definition;
    const checked = await checkByUser(`Output "${name}" of ${opUseLabel(op, key)}`, name, definition.schema, value);
    emit({
      type: "STEP_OUTPUT",
      atMs: Date.now(),
      stepKey: key,
      outputName: name,
      mappingKey: null,
      typeCheck: checked.typeCheck,
      metadata,
      message: `Yielded output "${name}" of type "${checked.typeName}". (Type check ${checked.error === null ? "passed" : "failed"}).`,
    });
    if (checked.error !== null) throw new UserCodeFailure(checked.error);

    const planned = step.outputs.find((output) => output.name === name);
    const address = {
      runId: this.#options.run.runId,
      stepKey: key,
      outputName: name,
      assetKey: planned?.assetKey ?? null,
      partition: null,
    };
    const managerKey = planned?.ioManagerKey ?? definition.ioManagerKey;
    const stored = await this.#store(address, managerKey, checked.value, signal);
    this.#options.observe?.(address, checked.value);
    this.#materialized(address, planned, { ...metadata, ...stored });
    emit({
      type: "HANDLED_OUTPUT",
      atMs: Date.now(),
      stepKey: key,
      outputName: name,
      managerKey,
      metadata: stored,
      message: `Handled output "${name}" using IO manager "${managerKey}"`,
    });
  }

  async #store(address: ValueAddress, ioManagerKey: string, value: unknown, signal: AbortSignal): Promise<Metadata> {
    let metadata: Metadata = {};
    const context: OutputContext = {
      address,
      jobName: this.#options.run.jobName,
      outputName: address.outputName,
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

  #materialized({ stepKey }: ValueAddress, planned: PlannedOutput | undefined, metadata: Metadata): void {
    if (!planned?.assetKey) return;
    const { assetKey } = planned;
    this.#options.emit({
      type: "ASSET_MATERIALIZATION",
      atMs: Date.now(),
      stepKey,
      assetKey,
      partition: null,
      description: null,
      metadata,
      // Versions are added where the events of all steps come together.
      tags: {},
      message: `Materialized value ${assetKeyToUserString(assetKey)}.`,
    });
  }
}

function* outputValues(op: OpDefinition, returned: unknown): Generator<readonly [OutputDefinition, unknown]> {
  if (!op.returnsRecord) {
    const [only] = op.outs;
    if (only !== undefined) yield [only, returned];
    return;
  }
  const label = opLabelAtStart(op);
  if (typeof returned !== "object" || returned === null || Array.isArray(returned)) {
    const got = returned === null ? "null" : Array.isArray(returned) ? "an array" : typeof returned;
    throw new UserCodeFailure(
      new OutputRecordError(label, `must return a record with its outputs ${listOutputs(op.outs)}, and returned ${got}`),
    );
  }
  const record = returned as Readonly<Record<string, unknown>>;
  const unknownName = Object.keys(record).find((name) => !op.outs.some((out) => out.name === name));
  if (unknownName !== undefined) {
    throw new UserCodeFailure(
      new OutputRecordError(
        label,
        `returned an output "${unknownName}" that it does not declare; its outputs are ${listOutputs(op.outs)}`,
      ),
    );
  }
  for (const definition of op.outs) {
    if (Object.hasOwn(record, definition.name)) yield [definition, record[definition.name]];
    else if (definition.isRequired)
      throw new UserCodeFailure(new OutputRecordError(label, `returned no output "${definition.name}"`));
  }
}
