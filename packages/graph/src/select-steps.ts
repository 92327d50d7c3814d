import {
  assetCheckKeyToString,
  assetCheckKeyToUserString,
  assetKeyToString,
  assetKeyToUserString,
  isUnresolvedStepKey,
  type JobSnapshot,
  mappedStepKey,
  type NodeSnapshot,
  parseStepKey,
  type PlannedOutput,
  type PlannedStep,
  type RunSelection,
  type StepInputSource,
  stepKey,
  type StepKey,
} from "@dagwright/model";
import { isCollecting, type MappingKeysOf, mapStep, resolveCollected } from "./dynamic-steps.ts";
import { ExecutionPlanError } from "./errors.ts";
import { type GraphParts, outputId, withoutUnneeded } from "./graph-subset.ts";

/**
 * The steps that a run executes; what they read of others comes from storage.
 *
 * @param steps - each after those that it reads from
 * @throws ExecutionPlanError when the selection names what the job does not have, selects nothing, or a part of what is made as a whole
 */
export function selectSteps(
  job: JobSnapshot,
  steps: readonly PlannedStep[],
  parts: GraphParts,
  selection: RunSelection,
): readonly PlannedStep[] {
  const { assetKeys, checkKeys = null } = selection;
  const byKeys = selection.stepKeys === null ? null : selectByStepKeys(job, steps, selection.stepKeys);
  const isPartOfAssets = assetKeys !== null || checkKeys !== null;
  const checks = isPartOfAssets ? selectChecks(job, assetKeys ?? [], checkKeys) : null;
  const assets = new Set((assetKeys ?? []).map(assetKeyToString));
  const byAssets = checks === null ? null : selectByAssetKeys(job, steps, assetKeys ?? [], checks);
  const needed = checks === null ? steps : withoutUnneeded(steps, parts, { assets, checks });
  const kept = needed
    .filter((step) => (byKeys === null || byKeys.has(step.key)) && (byAssets === null || byAssets.has(step.key)))
    .map((step) => (checks === null ? step : withoutUnwanted(job, step, assets, checks)));
  if (kept.length === 0) throw new ExecutionPlanError(job.name, "the selection selects no step");

  const keptKeys = new Set<string>(kept.map(({ key }) => key));
  const keptOutputs = new Set(kept.flatMap(({ key, outputs }) => outputs.map(({ name }) => outputId(key, name))));
  const outputs = outputsOf(steps);
  const fromStorage = (source: StepInputSource): StepInputSource | readonly [] => {
    if (source.kind === "asset") return source;
    if (keptKeys.has(source.stepKey) && keptOutputs.has(outputId(source.stepKey, source.output))) return source;
    // A check that is not evaluated here holds up nothing.
    if (source.kind === "check") return [];
    const output = outputs.get(outputId(source.stepKey, source.output));
    if (!output?.assetKey) return source;
    return { kind: "asset", assetKey: output.assetKey, ioManagerKey: output.ioManagerKey };
  };
  return kept.map((step) => ({
    ...step,
    inputs: step.inputs.map((input) => ({ ...input, sources: input.sources.flatMap(fromStorage) })),
  }));
}

/** What is looked up in a job whenever a part of it is selected, of each once. */
const outputsBySteps = new WeakMap<readonly PlannedStep[], ReadonlyMap<string, PlannedOutput>>();
const nodesByAsset = new WeakMap<JobSnapshot, ReadonlyMap<string, string>>();
const subsettableOps = new WeakMap<JobSnapshot, ReadonlySet<string>>();

const outputsOf = (steps: readonly PlannedStep[]): ReadonlyMap<string, PlannedOutput> =>
  remembered(
    outputsBySteps,
    steps,
    () => new Map(steps.flatMap((step) => step.outputs.map((output) => [outputId(step.key, output.name), output] as const))),
  );

/** The node of each asset, by the text of its key. */
const nodesOfAssets = (job: JobSnapshot): ReadonlyMap<string, string> =>
  remembered(nodesByAsset, job, () => new Map(job.assets.map(({ assetKey, node }) => [assetKeyToString(assetKey), node])));

const opsThatCanSubset = (job: JobSnapshot): ReadonlySet<string> =>
  remembered(subsettableOps, job, () => new Set(job.ops.flatMap(({ name, canSubset }) => (canSubset === true ? [name] : []))));

function remembered<Key extends object, Value>(known: WeakMap<Key, Value>, key: Key, make: () => Value): Value {
  const before = known.get(key);
  if (before !== undefined) return before;
  const value = make();
  known.set(key, value);
  return value;
}

/** The keys of the steps that are selected; a mapped step counts when any of its keys is. */
function selectByStepKeys(job: JobSnapshot, steps: readonly PlannedStep[], wanted: readonly string[]): Set<string> {
  const keyOfNode = new Map(steps.map((step) => [step.handle.join("."), step.key]));
  const selected = new Set<string>();
  const unknown: string[] = [];
  for (const key of wanted) {
    const { node, mappingKey } = parseStepKey(key);
    const found = keyOfNode.get(node);
    if (found === undefined || (mappingKey !== null && !isUnresolvedStepKey(found))) unknown.push(key);
    else selected.add(found);
  }
  if (unknown.length > 0) throw new ExecutionPlanError(job.name, `it has no step ${unknown.map((key) => `"${key}"`).join(", ")}`);
  return selected;
}

/**
 * Plans steps once whose dynamic output nothing makes, here or in an earlier run: run config gives their input. A list that would be
 * collected of what nothing makes is given as well.
 *
 * @throws ExecutionPlanError for what would collect from such a step
 */
export function withoutUnmade(
  job: JobSnapshot,
  planned: readonly PlannedStep[],
  wanted: RunSelection["stepKeys"],
): readonly PlannedStep[] {
  const keys = new Set<string>(planned.map(({ key }) => key));
  const single = new Set<string>(
    (wanted ?? []).filter((key) => parseStepKey(key).mappingKey !== null && !isUnresolvedStepKey(key)),
  );
  const isUnmade = ({ mappedOver, handle }: PlannedStep): boolean =>
    mappedOver !== undefined &&
    !keys.has(mappedOver.stepKey) &&
    ![...single].some((key) => parseStepKey(key).node === handle.join("."));
  const once = new Map<string, StepKey>(planned.filter(isUnmade).map((step) => [step.key, stepKey(step.handle.join("."))]));
  const inputOf = (step: PlannedStep, source: StepInputSource): StepInputSource => {
    if (source.kind !== "step") return source;
    const { collects, ...plain } = source;
    if (collects !== undefined && once.has(source.stepKey))
      throw new ExecutionPlanError(
        job.name,
        `"${step.key}" collects "${source.stepKey}" over "${collects.stepKey}", which is not selected: leave out one of the two`,
      );
    if (collects !== undefined && !keys.has(source.stepKey) && !keys.has(collects.stepKey)) return plain;
    return { ...source, stepKey: once.get(source.stepKey) ?? source.stepKey };
  };
  return planned.map((step) => {
    const inputs = step.inputs.map((input) => ({ ...input, sources: input.sources.map((source) => inputOf(step, source)) }));
    const { mappedOver: _, ...rest } = step;
    const key = once.get(step.key);
    return key === undefined ? { ...step, inputs } : { ...rest, key, inputs };
  });
}

/**
 * Plans the steps that are mapped over outputs of earlier runs, one by one, and what collects from them.
 *
 * @throws ExecutionPlanError when nobody knows the mapping keys
 */
export function resolveKnown(
  job: JobSnapshot,
  planned: readonly PlannedStep[],
  wanted: RunSelection["stepKeys"],
  mappingKeysOf: MappingKeysOf,
): readonly PlannedStep[] {
  const keys = new Set<string>(planned.map(({ key }) => key));
  const one = wanted === null ? new Set<string>() : new Set<string>(wanted);
  const refuse = (problem: string): never => {
    throw new ExecutionPlanError(job.name, problem);
  };
  return planned.flatMap((step) => {
    for (const { sources } of step.inputs) {
      for (const source of sources.filter(isCollecting)) {
        if (keys.has(source.collects.stepKey)) {
          if (!keys.has(source.stepKey))
            refuse(`"${step.key}" collects "${source.stepKey}" over "${source.collects.stepKey}": select that as well`);
        } else if (mappingKeysOf(source.collects) === undefined) refuse(unknownKeys(step.key, source.collects.stepKey));
      }
    }
    const over = step.mappedOver;
    if (over === undefined) return resolveCollected(step, (ref) => (keys.has(ref.stepKey) ? undefined : mappingKeysOf(ref)));
    const node = step.handle.join(".");
    const isWhole = wanted === null || one.has(step.key) || one.has(node);
    if (keys.has(over.stepKey)) {
      if (!isWhole)
        refuse(`"${over.stepKey}" runs again, and may then give other mapping keys: select "${step.key}" instead of single keys`);
      return step;
    }
    const known = mappingKeysOf(over);
    if (known === undefined) return refuse(unknownKeys(step.key, over.stepKey));
    if (!isWhole) {
      const unknown = [...one].find((key) => {
        const parsed = parseStepKey(key);
        return parsed.node === node && !known?.includes(parsed.mappingKey ?? "");
      });
      if (unknown !== undefined) refuse(`it has no step "${unknown}": "${over.stepKey}" has not made that mapping key`);
    }
    const selected = (known ?? []).filter((key) => isWhole || one.has(mappedStepKey(node, key)));
    return selected.map((key) => mapStep(step, key));
  });
}

const unknownKeys = (step: string, source: string): string =>
  `"${step}" needs the mapping keys of "${source}", which is not selected, and which no run that this one re-executes has made`;

/**
 * The checks to evaluate, as text: those that are named, or else those of the assets.
 *
 * @throws ExecutionPlanError when the job does not have one, or can evaluate it only while it makes its asset
 */
function selectChecks(
  job: JobSnapshot,
  assetKeys: NonNullable<RunSelection["assetKeys"]>,
  checkKeys: NonNullable<RunSelection["checkKeys"]> | null,
): ReadonlySet<string> {
  const assets = new Set(assetKeys.map(assetKeyToString));
  const known = new Map((job.checks ?? []).map((check) => [assetCheckKeyToString(check), check]));
  if (checkKeys === null)
    return new Set([...known].filter(([, { assetKey }]) => assets.has(assetKeyToString(assetKey))).map(([id]) => id));
  const unknown = checkKeys.filter((key) => !known.has(assetCheckKeyToString(key)));
  if (unknown.length > 0) {
    const listed = unknown.map((key) => `"${assetCheckKeyToUserString(key)}"`).join(", ");
    throw new ExecutionPlanError(job.name, `it has no asset check ${listed}`);
  }
  const partial = subsettableGraphs(job);
  const makers = new Map(
    job.assets.flatMap(({ node, assetKey }) => (partial.has(node) ? [] : [[node, assetKeyToString(assetKey)] as const])),
  );
  for (const key of checkKeys) {
    const maker = makers.get(known.get(assetCheckKeyToString(key))!.node);
    if (maker === undefined || assets.has(maker)) continue;
    throw new ExecutionPlanError(
      job.name,
      `the asset check "${assetCheckKeyToUserString(key)}" is evaluated while its asset is made; select the asset as well`,
    );
  }
  return new Set(checkKeys.map(assetCheckKeyToString));
}

/**
 * A step that can make some of its assets, or evaluate some of its checks, alone is planned without the others.
 *
 * @throws ExecutionPlanError when assets are left out that are only made together with a selected one
 */
function withoutUnwanted(
  job: JobSnapshot,
  step: PlannedStep,
  assets: ReadonlySet<string>,
  checks: ReadonlySet<string>,
): PlannedStep {
  const canSubset = opsThatCanSubset(job).has(step.opName);
  const isWanted = ({ check, assetKey, isRequired }: PlannedOutput): boolean => {
    if (check !== undefined) return isRequired || checks.has(assetCheckKeyToString(check));
    return !canSubset || assetKey === null || assets.has(assetKeyToString(assetKey));
  };
  return step.outputs.every(isWanted) ? step : { ...step, outputs: step.outputs.filter(isWanted) };
}

/** The steps that make the assets and evaluate the checks; for an asset that a graph makes, all steps of that graph. */
function selectByAssetKeys(
  job: JobSnapshot,
  steps: readonly PlannedStep[],
  wanted: NonNullable<RunSelection["assetKeys"]>,
  checks: ReadonlySet<string>,
): Set<string> {
  const nodeOfAsset = nodesOfAssets(job);
  const unknown = wanted.filter((key) => !nodeOfAsset.has(assetKeyToString(key)));
  if (unknown.length > 0) {
    throw new ExecutionPlanError(
      job.name,
      `it has no asset ${unknown.map((key) => `"${assetKeyToUserString(key)}"`).join(", ")}`,
    );
  }
  const nodes = new Set(wanted.map((key) => nodeOfAsset.get(assetKeyToString(key))));
  refusePartsOfWholes(job, wanted, nodes);
  for (const check of job.checks ?? []) if (checks.has(assetCheckKeyToString(check))) nodes.add(check.node);
  return new Set(steps.filter((step) => nodes.has(step.handle[0])).map(({ key }) => key));
}

/** @throws ExecutionPlanError when a node makes an asset that is not wanted and cannot leave it out */
function refusePartsOfWholes(
  job: JobSnapshot,
  wanted: NonNullable<RunSelection["assetKeys"]>,
  nodes: ReadonlySet<string | undefined>,
): void {
  if (job.assets.length === new Set(job.assets.map(({ node }) => node)).size) return;
  const ids = new Set(wanted.map(assetKeyToString));
  const subsettable = new Set(job.ops.filter(({ canSubset }) => canSubset).map(({ name }) => name));
  const partial = subsettableGraphs(job);
  const definitions = new Map(rootNodes(job).map(({ name, definition }) => [name, definition]));
  for (const { node, assetKey } of job.assets) {
    if (!nodes.has(node) || ids.has(assetKeyToString(assetKey)) || partial.has(node)) continue;
    if (subsettable.has(definitions.get(node) ?? "")) continue;
    throw new ExecutionPlanError(
      job.name,
      `"${node}" makes the asset "${assetKeyToUserString(assetKey)}" together with those selected, and cannot leave it out. Select it as well`,
    );
  }
}

const rootNodes = (job: JobSnapshot): readonly NodeSnapshot[] =>
  job.graphs.find(({ name }) => name === job.rootGraph)?.nodes ?? [];

/** The nodes that are graphs of which a run may ask for some assets. */
function subsettableGraphs(job: JobSnapshot): ReadonlySet<string> {
  const graphs = new Set(job.graphs.filter(({ canSubset }) => canSubset).map(({ name }) => name));
  return new Set(rootNodes(job).flatMap(({ name, definition, isGraph }) => (isGraph && graphs.has(definition) ? [name] : [])));
}
