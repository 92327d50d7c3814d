import {
  type AssetCheckKey,
  assetCheckKeyToString,
  type AssetKey,
  assetKeyToString,
  type PlannedStep,
  type StepInputSource,
} from "@dagwright/model";

/** An output of a graph of which a run may ask for some: an asset, or the evaluation of a check; and the step's output behind it. */
export interface PartOutput {
  readonly stepKey: string;
  readonly output: string;
  readonly ioManagerKey: string;
  readonly made:
    | { readonly kind: "asset"; readonly assetKey: AssetKey }
    | { readonly kind: "check"; readonly check: AssetCheckKey };
}

/** The graphs of a job of which a run may ask for some outputs, by the node at its root. */
export type GraphParts = ReadonlyMap<string, readonly PartOutput[]>;

/** What is wanted of all outputs, as text. */
export interface WantedOutputs {
  readonly assets: ReadonlySet<string>;
  readonly checks: ReadonlySet<string>;
}

/**
 * Leaves out the steps of such graphs that make nothing that is wanted, or needed for it. What is needed on the way and is itself an asset
 * is read from where it was stored, as in Dagster, so its steps are not needed.
 *
 * @param steps - in any order, which is kept; the sources of other steps are left as they are
 */
export function withoutUnneeded(steps: readonly PlannedStep[], parts: GraphParts, wanted: WantedOutputs): readonly PlannedStep[] {
  const needed = new Map<string, PlannedStep>();
  const partial = new Set<string>();
  for (const [node, outputs] of parts) {
    const isWanted = ({ made }: PartOutput): boolean =>
      made.kind === "asset"
        ? wanted.assets.has(assetKeyToString(made.assetKey))
        : wanted.checks.has(assetCheckKeyToString(made.check));
    if (outputs.every(isWanted)) continue;
    partial.add(node);
    const own = steps.filter(({ handle }) => handle[0] === node);
    for (const step of neededFor(
      own,
      outputs.filter(isWanted),
      outputs.filter((one) => !isWanted(one)),
    ))
      needed.set(step.key, step);
  }
  if (partial.size === 0) return steps;
  return steps.flatMap((step) => (partial.has(step.handle[0]!) ? (needed.get(step.key) ?? []) : step));
}

/** The steps of one graph that its wanted outputs need, without the outputs that are left out. */
function neededFor(
  steps: readonly PlannedStep[],
  wanted: readonly PartOutput[],
  left: readonly PartOutput[],
): readonly PlannedStep[] {
  const byKey = new Map<string, PlannedStep>(steps.map((step) => [step.key, step]));
  const leftById = new Map(left.map((one) => [outputId(one.stepKey, one.output), one]));
  const stored = (source: StepInputSource): StepInputSource => {
    if (source.kind !== "step") return source;
    const found = leftById.get(outputId(source.stepKey, source.output));
    return found?.made.kind === "asset"
      ? { kind: "asset", assetKey: found.made.assetKey, ioManagerKey: found.ioManagerKey }
      : source;
  };
  const found = new Map<string, PlannedStep>();
  const waiting = wanted.map(({ stepKey }) => stepKey);
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    const step = byKey.get(key);
    if (step === undefined || found.has(key)) continue;
    const inputs = step.inputs.map((input) => ({ ...input, sources: input.sources.map(stored) }));
    const outputs = step.outputs.filter(({ name }) => !leftById.has(outputId(step.key, name)));
    found.set(key, { ...step, inputs, outputs });
    if (step.mappedOver !== undefined) waiting.push(step.mappedOver.stepKey);
    for (const source of inputs.flatMap(({ sources }) => sources)) {
      if (source.kind === "asset") continue;
      waiting.push(source.stepKey);
      if (source.kind === "step" && source.collects !== undefined) waiting.push(source.collects.stepKey);
    }
  }
  return [...found.values()];
}

/** No name may hold a NUL, so the two parts cannot run into one another. */
export const outputId = (step: string, output: string): string => `${step}\0${output}`;
