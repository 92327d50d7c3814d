import {
  assetCheckKeyToString,
  assetCheckKeyToUserString,
  assetKeyToString,
  assetKeyToUserString,
  type ExecutionPlan,
  type GraphSnapshot,
  type InputSource,
  isUnresolvedStepKey,
  type JobSnapshot,
  mappedStepKey,
  type NodeSnapshot,
  type OpSnapshot,
  parseStepKey,
  type PlannedInput,
  type PlannedOutput,
  type PlannedStep,
  type RunSelection,
  type StepInputSource,
  stepKey,
} from "@dagwright/model";

import { isCollecting, type MappingKeysOf, mapStep, markMapped, resolveCollected } from "./dynamic-steps.ts";
import { ExecutionPlanError } from "./errors.ts";

/**
 * Flattens a job into steps in an order in which they could run one after the other; ties keep the order of declaration.
 *
 * A step's key is the path of its node, joined by dots (`outer.inner`). With a selection only those steps are planned: an input
 * from a step that is left out is read from storage, as the asset's latest value when the output is an asset, otherwise
 * (it keeps `kind: "step"`) from the run that this one re-executes.
 *
 * Of steps that are mapped over a dynamic output one stands for all, as `name[?]`, until the run has made the output. When the
 * selection leaves out the step that makes it, they are planned one by one, for the keys that are known: `name` and `name[?]`
 * select all of them, `name[key]` one.
 *
 * @param mappingKeysOf - what is known of dynamic outputs that an earlier run made; default nothing
 * @throws ExecutionPlanError when the selection names what the job does not have or selects nothing, or the snapshot contradicts itself
 */
export function planExecution(
  job: JobSnapshot,
  selection: RunSelection = { stepKeys: null, assetKeys: null },
  mappingKeysOf: MappingKeysOf = () => undefined,
): ExecutionPlan {
  const all = markMapped(job.name, inTopologicalOrder(job, flatten(job)));
  const selected = selectSteps(job, all, selection, mappingKeysOf);
  return { jobName: job.name, steps: selected, executor: job.executor };
}

/** Where a graph stands while it is flattened: how its own inputs are fed from outside. */
interface Scope {
  readonly graph: GraphSnapshot;
  readonly path: readonly string[];
  readonly inputs: ReadonlyMap<string, PlannedInput>;
}

function flatten(job: JobSnapshot): PlannedStep[] {
  const graphs = new Map(job.graphs.map((graph) => [graph.name, graph]));
  const ops = new Map(job.ops.map((op) => [op.name, op]));
  const nodesOf = new Map(job.graphs.map((graph) => [graph.name, new Map(graph.nodes.map((node) => [node.name, node]))]));

  const graphNamed = (name: string): GraphSnapshot => {
    const graph = graphs.get(name);
    if (graph === undefined) throw new ExecutionPlanError(job.name, `its snapshot has no graph "${name}"`);
    return graph;
  };

  /** Follows an output through nested graphs down to the op that makes it. */
  const resolveOutput = (
    graph: GraphSnapshot,
    path: readonly string[],
    nodeName: string,
    output: string,
  ): { handle: string[]; output: string } => {
    const node = nodesOf.get(graph.name)?.get(nodeName);
    if (node === undefined) throw new ExecutionPlanError(job.name, `graph "${graph.name}" has no node "${nodeName}"`);
    if (!node.isGraph) return { handle: [...path, nodeName], output };
    const inner = graphNamed(node.definition);
    const out = inner.outs.find(({ name }) => name === output);
    if (out === undefined) throw new ExecutionPlanError(job.name, `graph "${inner.name}" has no output "${output}"`);
    return resolveOutput(inner, [...path, nodeName], out.source.node, out.source.output);
  };

  const resolveSource = (scope: Scope, source: InputSource): readonly StepInputSource[] => {
    switch (source.kind) {
      case "output": {
        const found = resolveOutput(scope.graph, scope.path, source.node, source.output);
        const ref = { stepKey: stepKey(found.handle.join(".")), output: found.output };
        return [{ kind: "step", ...ref, ...(source.isCollected && { collects: ref }) }];
      }
      case "graphInput":
        return scope.inputs.get(source.input)?.sources ?? [];
      case "check": {
        const found = resolveOutput(scope.graph, scope.path, source.node, source.output);
        return [{ kind: "check", stepKey: stepKey(found.handle.join(".")), output: found.output }];
      }
      case "asset":
        return [source];
    }
  };

  const root = graphNamed(job.rootGraph);
  const assetOfOutput = new Map<string, JobSnapshot["assets"][number]>();
  for (const asset of job.assets) {
    const found = resolveOutput(root, [], asset.node, asset.output);
    assetOfOutput.set(outputId(found.handle.join("."), found.output), asset);
  }

  const checkOfOutput = new Map<string, PlannedOutput["check"]>();
  for (const { node, output, assetKey, name, blocking } of job.checks ?? []) {
    const found = resolveOutput(root, [], node, output);
    checkOfOutput.set(outputId(found.handle.join("."), found.output), { assetKey, name, blocking });
  }

  const steps: PlannedStep[] = [];
  const walk = (scope: Scope): void => {
    for (const node of scope.graph.nodes) {
      const inputs = node.inputs.map((input) => ({
        name: input.input,
        isFanIn: input.isFanIn || isListOutside(scope, input.sources),
        sources: input.sources.flatMap((source) => resolveSource(scope, source)),
      }));
      const path = [...scope.path, node.name];
      if (node.isGraph) {
        walk({ graph: graphNamed(node.definition), path, inputs: new Map(inputs.map((input) => [input.name, input])) });
      } else {
        const op = ops.get(node.definition);
        if (op === undefined) throw new ExecutionPlanError(job.name, `its snapshot has no op "${node.definition}"`);
        const retryPolicy = node.retryPolicy ?? op.retryPolicy ?? job.opRetryPolicy ?? null;
        steps.push(toStep(node, { ...op, retryPolicy }, path, inputs, assetOfOutput, checkOfOutput));
      }
    }
  };
  walk({ graph: root, path: [], inputs: new Map() });
  return steps;
}

/** Whether an input takes the graph's own input, and that was given a list: the list then goes on to the op. */
const isListOutside = ({ inputs }: Scope, sources: readonly InputSource[]): boolean =>
  sources.length === 1 && sources[0]?.kind === "graphInput" && inputs.get(sources[0].input)?.isFanIn === true;

function toStep(
  node: NodeSnapshot,
  op: OpSnapshot,
  handle: readonly string[],
  inputs: readonly PlannedInput[],
  assetOfOutput: ReadonlyMap<string, JobSnapshot["assets"][number]>,
  checkOfOutput: ReadonlyMap<string, PlannedOutput["check"]>,
): PlannedStep {
  const key = stepKey(handle.join("."));
  return {
    key,
    handle,
    opName: op.name,
    inputs,
    outputs: op.outs.flatMap((out): readonly PlannedOutput[] => {
      const check = checkOfOutput.get(outputId(key, out.name));
      const asset = assetOfOutput.get(outputId(key, out.name));
      // The job has a part of what the op can make.
      if (op.canSubset && asset === undefined && check === undefined) return [];
      return [
        {
          name: out.name,
          isRequired: out.isRequired,
          isDynamic: out.isDynamic,
          ioManagerKey: out.ioManagerKey,
          assetKey: asset?.assetKey ?? null,
          ...(asset?.isObserved && { isObserved: true }),
          ...(check !== undefined && { check }),
        },
      ];
    }),
    tags: { ...op.tags, ...node.tags },
    pool: op.pool,
    ...(op.poolSlots !== undefined && { poolSlots: op.poolSlots }),
    retryPolicy: op.retryPolicy,
    ...(op.timeoutSeconds !== undefined && { timeoutSeconds: op.timeoutSeconds }),
  };
}

/** Kahn's algorithm; what became ready first, then what was declared first, comes first. */
function inTopologicalOrder(job: JobSnapshot, steps: readonly PlannedStep[]): PlannedStep[] {
  interface Vertex {
    readonly step: PlannedStep;
    readonly dependents: Vertex[];
    waitingFor: number;
  }
  const vertices = new Map<string, Vertex>(steps.map((step) => [step.key, { step, dependents: [], waitingFor: 0 }]));
  for (const vertex of vertices.values()) {
    for (const key of upstreamKeys(vertex.step)) {
      const upstream = vertices.get(key);
      if (upstream === undefined)
        throw new ExecutionPlanError(job.name, `step "${vertex.step.key}" depends on "${key}", which is not a step`);
      upstream.dependents.push(vertex);
      vertex.waitingFor += 1;
    }
  }
  const order = [...vertices.values()].filter(({ waitingFor }) => waitingFor === 0);
  // The array grows while it is walked: what it hands out frees what comes later.
  for (const { dependents } of order) {
    for (const dependent of dependents) {
      dependent.waitingFor -= 1;
      if (dependent.waitingFor === 0) order.push(dependent);
    }
  }
  if (order.length < vertices.size) {
    const stuck = [...vertices.values()].filter(({ waitingFor }) => waitingFor > 0).map(({ step }) => `"${step.key}"`);
    throw new ExecutionPlanError(job.name, `these steps wait for one another: ${stuck.join(", ")}`);
  }
  return order.map(({ step }) => step);
}

function selectSteps(
  job: JobSnapshot,
  steps: readonly PlannedStep[],
  selection: RunSelection,
  mappingKeysOf: MappingKeysOf,
): readonly PlannedStep[] {
  const { assetKeys, checkKeys = null } = selection;
  if (selection.stepKeys === null && assetKeys === null && checkKeys === null) return steps;
  const byKeys = selection.stepKeys === null ? null : selectByStepKeys(job, steps, selection.stepKeys);
  const isPartOfAssets = assetKeys !== null || checkKeys !== null;
  const checks = isPartOfAssets ? selectChecks(job, assetKeys ?? [], checkKeys) : null;
  const byAssets = checks === null ? null : selectByAssetKeys(job, steps, assetKeys ?? [], checks);
  const kept = steps
    .filter((step) => (byKeys === null || byKeys.has(step.key)) && (byAssets === null || byAssets.has(step.key)))
    .map((step) => (checks === null ? step : withoutUnwanted(job, step, assetKeys ?? [], checks)));
  if (kept.length === 0) throw new ExecutionPlanError(job.name, "the selection selects no step");

  const keptKeys = new Set<string>(kept.map(({ key }) => key));
  const keptOutputs = new Set(kept.flatMap(({ key, outputs }) => outputs.map(({ name }) => outputId(key, name))));
  const outputs = new Map(
    steps.flatMap((step) => step.outputs.map((output) => [outputId(step.key, output.name), output] as const)),
  );
  const fromStorage = (source: StepInputSource): StepInputSource | readonly [] => {
    if (source.kind === "asset") return source;
    if (keptKeys.has(source.stepKey) && keptOutputs.has(outputId(source.stepKey, source.output))) return source;
    // A check that is not evaluated here holds up nothing.
    if (source.kind === "check") return [];
    const output = outputs.get(outputId(source.stepKey, source.output));
    if (!output?.assetKey) return source;
    return { kind: "asset", assetKey: output.assetKey, ioManagerKey: output.ioManagerKey };
  };
  const planned = kept.map((step) => ({
    ...step,
    inputs: step.inputs.map((input) => ({ ...input, sources: input.sources.flatMap(fromStorage) })),
  }));
  return resolveKnown(job, planned, selection.stepKeys, mappingKeysOf);
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

/** Plans the steps that are mapped over outputs of earlier runs, one by one, and what collects from them. */
function resolveKnown(
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
  const makers = new Map(job.assets.map(({ node, assetKey }) => [node, assetKeyToString(assetKey)]));
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
  assetKeys: NonNullable<RunSelection["assetKeys"]>,
  checks: ReadonlySet<string>,
): PlannedStep {
  const assets = new Set(assetKeys.map(assetKeyToString));
  const canSubset = job.ops.find(({ name }) => name === step.opName)?.canSubset === true;
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
  const nodeOfAsset = new Map(job.assets.map(({ assetKey, node }) => [assetKeyToString(assetKey), node]));
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
  const root = job.graphs.find(({ name }) => name === job.rootGraph)?.nodes ?? [];
  const definitions = new Map(root.map(({ name, definition }) => [name, definition]));
  for (const { node, assetKey } of job.assets) {
    if (!nodes.has(node) || ids.has(assetKeyToString(assetKey)) || subsettable.has(definitions.get(node) ?? "")) continue;
    throw new ExecutionPlanError(
      job.name,
      `"${node}" makes the asset "${assetKeyToUserString(assetKey)}" together with those selected, and cannot leave it out. Select it as well`,
    );
  }
}

function upstreamKeys(step: PlannedStep): Set<string> {
  const keys = new Set<string>();
  for (const input of step.inputs) for (const source of input.sources) if (source.kind !== "asset") keys.add(source.stepKey);
  return keys;
}

/** No name may hold a NUL, so the two parts cannot run into one another. */
const outputId = (step: string, output: string): string => `${step}\0${output}`;
