import {
  type GraphSnapshot,
  type InputSource,
  type JobSnapshot,
  type NodeSnapshot,
  type OpSnapshot,
  type PlannedInput,
  type PlannedOutput,
  type PlannedStep,
  type StepInputSource,
  stepKey,
} from "@dagwright/model";
import { ExecutionPlanError } from "./errors.ts";
import { type GraphParts, outputId, type PartOutput } from "./graph-subset.ts";

/** Where a graph stands while it is flattened: how its own inputs are fed from outside. */
interface Scope {
  readonly graph: GraphSnapshot;
  readonly path: readonly string[];
  readonly inputs: ReadonlyMap<string, PlannedInput>;
}

/** All steps of a job in the order of their declaration, and the graphs of which a run may ask for some outputs. */
export function flattenJob(job: JobSnapshot): { readonly steps: readonly PlannedStep[]; readonly parts: GraphParts } {
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

  const partsOf = ({ name, definition }: NodeSnapshot): readonly PartOutput[] =>
    graphNamed(definition).outs.flatMap(({ name: output, ioManagerKey, assetKey }): readonly PartOutput[] => {
      const found = resolveOutput(root, [], name, output);
      const at = { stepKey: found.handle.join("."), output: found.output, ioManagerKey };
      if (assetKey !== undefined) return [{ ...at, made: { kind: "asset", assetKey } }];
      const check = checkOfOutput.get(outputId(at.stepKey, at.output)) ?? null;
      return check === null ? [] : [{ ...at, made: { kind: "check", check } }];
    });

  const steps: PlannedStep[] = [];
  const parts = new Map<string, readonly PartOutput[]>();
  const walk = (scope: Scope): void => {
    for (const node of scope.graph.nodes) {
      const inputs = node.inputs.map((input) => ({
        name: input.input,
        isFanIn: input.isFanIn || isListOutside(scope, input.sources),
        sources: input.sources.flatMap((source) => resolveSource(scope, source)),
      }));
      const path = [...scope.path, node.name];
      if (node.isGraph) {
        const graph = graphNamed(node.definition);
        const first = steps.length;
        walk({ graph, path, inputs: new Map(inputs.map((input) => [input.name, input])) });
        if (scope.graph !== root) continue;
        const own = graph.canSubset ? partsOf(node) : [];
        if (own.length > 0) parts.set(node.name, own);
        const waits = inputs.filter(({ name }) => !isRead(graph, name));
        if (waits.length > 0) steps.push(...steps.splice(first).map((step) => waitFor(step, waits, own)));
      } else {
        const op = ops.get(node.definition);
        if (op === undefined) throw new ExecutionPlanError(job.name, `its snapshot has no op "${node.definition}"`);
        const retryPolicy = node.retryPolicy ?? op.retryPolicy ?? job.opRetryPolicy ?? null;
        steps.push(toStep(node, { ...op, retryPolicy }, path, inputs, assetOfOutput, checkOfOutput));
      }
    }
  };
  walk({ graph: root, path: [], inputs: new Map() });
  return { steps, parts };
}

const isRead = (graph: GraphSnapshot, name: string): boolean =>
  graph.nodes.some(({ inputs }) =>
    inputs.some(({ sources }) => sources.some((source) => source.kind === "graphInput" && source.input === name)),
  );

/**
 * What a graph follows and none of its nodes reads is waited for by its first steps; and by those that read an asset made within it, which
 * come first when a run leaves that out.
 */
function waitFor(step: PlannedStep, waits: readonly PlannedInput[], parts: readonly PartOutput[]): PlannedStep {
  const [node] = step.handle;
  const isInside = (source: StepInputSource): boolean =>
    source.kind === "step" &&
    source.stepKey.startsWith(`${node}.`) &&
    !parts.some(({ stepKey: key, output }) => key === source.stepKey && output === source.output);
  return step.inputs.some(({ sources }) => sources.some(isInside)) ? step : { ...step, inputs: [...step.inputs, ...waits] };
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
