import {
  type DynamicOutputRef,
  isUnresolvedStepKey,
  mappedStepKey,
  parseStepKey,
  type PlannedInput,
  type PlannedStep,
  type StepInputSource,
  unresolvedStepKey,
} from "@dagwright/model";
import { ExecutionPlanError } from "./errors.ts";

/** The mapping keys of a dynamic output; null when it was optional and not made; undefined when they are not known (yet). */
export type MappingKeysOf = (output: DynamicOutputRef) => readonly string[] | null | undefined;

type StepSource = Extract<StepInputSource, { readonly kind: "step" }>;

/**
 * Finds the steps that run once for each mapping key of a dynamic output, and gives them and what reads from them their `[?]`.
 *
 * @param steps - each after those that it reads from
 * @throws ExecutionPlanError for what cannot be mapped: one step over two dynamic outputs, a dynamic output of a mapped step, lists
 */
export function markMapped(jobName: string, steps: readonly PlannedStep[]): readonly PlannedStep[] {
  if (!steps.some(({ outputs }) => outputs.some(({ isDynamic }) => isDynamic))) return steps;
  const byKey = new Map<string, PlannedStep>(steps.map((step) => [step.key, step]));
  const mappedOver = new Map<string, DynamicOutputRef>();
  return steps.map((step) => {
    let own: DynamicOutputRef | undefined;
    let collected: DynamicOutputRef | undefined;
    const refuse = (problem: string): never => {
      throw new ExecutionPlanError(jobName, `step "${step.key}" ${problem}`);
    };
    const mark = (source: StepSource, input: PlannedInput): StepSource => {
      const isDynamic = byKey.get(source.stepKey)?.outputs.some((out) => out.name === source.output && out.isDynamic) === true;
      const upstreamOver = mappedOver.get(source.stepKey);
      if (isDynamic && upstreamOver !== undefined)
        refuse(`reads the dynamic output "${source.output}" of "${source.stepKey}", which is mapped itself; maps do not nest`);
      const over = isDynamic ? { stepKey: source.stepKey, output: source.output } : upstreamOver;
      if (over === undefined)
        return source.collects === undefined
          ? source
          : refuse(`collects "${source.stepKey}", which no dynamic output is above of`);
      const stepKey = upstreamOver === undefined ? source.stepKey : unresolvedStepKey(source.stepKey);
      if (source.collects !== undefined) {
        collected = over;
        return { ...source, stepKey, collects: over };
      }
      if (input.isFanIn) refuse(`lists what is mapped over "${over.stepKey}" for its input "${input.name}"; use collect()`);
      if (own !== undefined && !isSame(own, over))
        refuse(`is mapped over both "${own.stepKey}" and "${over.stepKey}"; it can be over one`);
      own = over;
      return { ...source, stepKey };
    };
    const inputs = step.inputs.map((input) => ({
      ...input,
      sources: input.sources.map((source) => (source.kind === "step" ? mark(source, input) : source)),
    }));
    if (own === undefined) return collected === undefined ? step : { ...step, inputs };
    if (collected !== undefined)
      refuse(`collects what comes of "${collected.stepKey}" and is itself mapped over "${own.stepKey}"; it can do one of both`);
    mappedOver.set(step.key, own);
    return { ...step, key: unresolvedStepKey(step.key), inputs, mappedOver: own };
  });
}

const isSame = (one: DynamicOutputRef, other: DynamicOutputRef): boolean =>
  one.stepKey === other.stepKey && one.output === other.output;

/** The step of one mapping key. */
export function mapStep({ mappedOver, ...step }: PlannedStep, mappingKey: string): PlannedStep {
  const map = (source: StepInputSource): StepInputSource => {
    if (source.kind !== "step") return source;
    if (isUnresolvedStepKey(source.stepKey))
      return { ...source, stepKey: mappedStepKey(parseStepKey(source.stepKey).node, mappingKey) };
    return mappedOver !== undefined && isSame(source, mappedOver) ? { ...source, mappingKey } : source;
  };
  return {
    ...step,
    key: mappedStepKey(step.handle.join("."), mappingKey),
    mappingKey,
    inputs: step.inputs.map((input) => ({ ...input, sources: input.sources.map(map) })),
  };
}

/** The step with a source for each value of the dynamic outputs that it collects, as far as their keys are known. */
export function resolveCollected(step: PlannedStep, keysOf: MappingKeysOf): PlannedStep {
  if (!step.inputs.some(({ sources }) => sources.some(isCollecting))) return step;
  const resolve = (source: StepInputSource): StepInputSource | readonly StepInputSource[] => {
    if (!isCollecting(source)) return source;
    const { stepKey, output, collects } = source;
    const keys = keysOf(collects);
    if (keys === undefined) return source;
    if (keys === null) return { kind: "step", stepKey: collects.stepKey, output: collects.output, isAbsent: true };
    if (!isUnresolvedStepKey(stepKey)) return keys.map((mappingKey) => ({ kind: "step", stepKey, output, mappingKey }));
    const { node } = parseStepKey(stepKey);
    return keys.map((mappingKey) => ({ kind: "step", stepKey: mappedStepKey(node, mappingKey), output }));
  };
  return { ...step, inputs: step.inputs.map((input) => ({ ...input, sources: input.sources.flatMap(resolve) })) };
}

/** Whether a source stands for all values that come of a dynamic output. */
export const isCollecting = (source: StepInputSource): source is StepSource & { readonly collects: DynamicOutputRef } =>
  source.kind === "step" && source.collects !== undefined;
