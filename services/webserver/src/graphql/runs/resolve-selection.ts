import { planExecution } from "@dagwright/graph";
import {
  type AssetCheckKey,
  assetCheckKeyToString,
  assetCheckKeyToUserString,
  type AssetKey,
  assetKeyToString,
  assetKeyToUserString,
  type PlannedStep,
  type RunSelection,
  type StepKey,
} from "@dagwright/model";

import { InvalidStepError } from "../../errors.ts";
import { InvalidSubsetError } from "../jobs/invalid-subset.ts";
import type { FoundJob } from "../workspace/find-definitions.ts";

interface SelectionGiven {
  readonly solidSelection?: readonly string[] | null | undefined;
  readonly assetSelection?: readonly { readonly path: readonly string[] }[] | null | undefined;
  /** Absent: the checks of the assets. */
  readonly assetCheckSelection?:
    | readonly { readonly assetKey: { readonly path: readonly string[] }; readonly name: string }[]
    | null
    | undefined;
  readonly stepKeys?: readonly string[] | null | undefined;
}

/**
 * Which part of the job a client means: op queries (`name`, `*name`, `name*`, `+name`, `name++`), step keys, assets. Null or empty lists mean all.
 *
 * @throws InvalidSubsetError when a query matches nothing or an asset is not the job's; InvalidStepError for an unknown step key
 */
export function resolveSelection(found: FoundJob, given: SelectionGiven): RunSelection {
  const queries = given.solidSelection ?? [];
  const stepKeys = given.stepKeys ?? [];
  const assetKeys = (given.assetSelection ?? []).map(({ path }) => path);
  const ofAssets = requireAssetsAndChecks(found, assetKeys, given.assetCheckSelection);
  if (queries.length === 0 && stepKeys.length === 0) return { stepKeys: null, ...ofAssets };

  const { steps } = planExecution(found.job);
  const known = new Set<string>(steps.map(({ key }) => key));
  const unknown = stepKeys.find((key) => !known.has(key));
  if (unknown !== undefined) throw new InvalidStepError(found.job.name, unknown);
  const chosen = new Set<string>(queries.length === 0 ? known : queries.flatMap((query) => matchQuery(query, found, steps)));
  const wanted = stepKeys.length === 0 ? chosen : new Set(stepKeys.filter((key) => chosen.has(key)));
  return { stepKeys: steps.flatMap(({ key }) => (wanted.has(key) ? [key] : [])), ...ofAssets };
}

/** Checks without assets: only they are evaluated. Assets with an empty list of checks: without any. */
function requireAssetsAndChecks(
  found: FoundJob,
  assets: readonly AssetKey[],
  given: SelectionGiven["assetCheckSelection"],
): Pick<RunSelection, "assetKeys" | "checkKeys"> {
  const assetKeys = requireAssets(found, assets);
  if (given === null || given === undefined || (given.length === 0 && assetKeys === null)) return { assetKeys };
  const checkKeys = given.map(({ assetKey, name }): AssetCheckKey => ({ assetKey: assetKey.path, name }));
  const known = new Set((found.job.checks ?? []).map(assetCheckKeyToString));
  const unknown = checkKeys.filter((key) => !known.has(assetCheckKeyToString(key)));
  if (unknown.length > 0) {
    const listed = unknown.map(assetCheckKeyToUserString).join(", ");
    throw new InvalidSubsetError(found, `names asset checks that the job does not evaluate: ${listed}`);
  }
  return { assetKeys: assetKeys ?? [], checkKeys };
}

function requireAssets(found: FoundJob, keys: readonly (readonly string[])[]): RunSelection["assetKeys"] {
  if (keys.length === 0) return null;
  const known = new Set(found.job.assets.map(({ assetKey }) => assetKeyToString(assetKey)));
  const unknown = keys.filter((key) => !known.has(assetKeyToString(key)));
  if (unknown.length === 0) return keys;
  throw new InvalidSubsetError(found, `names what the job does not make: ${unknown.map(assetKeyToUserString).join(", ")}`);
}

/** `*` is the whole way up or down, each `+` one level of it. The name of a graph stands for all of its ops. */
function matchQuery(query: string, found: FoundJob, steps: readonly PlannedStep[]): StepKey[] {
  const parts = /^(\*|\++)?([^*+]+)(\*|\++)?$/.exec(query.trim());
  const [, above, name, below] = parts ?? [];
  const seeds = steps.filter(({ key }) => name !== undefined && (key === name || key.startsWith(`${name}.`)));
  if (seeds.length === 0) throw new InvalidSubsetError(found, `has "${query}", which matches no op of the job`);
  const upstream = new Map(steps.map((step) => [step.key, upstreamOf(step)]));
  const downstream = new Map(
    steps.map(({ key }) => [key, steps.filter((each) => upstream.get(each.key)?.includes(key)).map((each) => each.key)]),
  );
  const keys = seeds.map(({ key }) => key);
  return [...new Set([...keys, ...reach(keys, upstream, levels(above)), ...reach(keys, downstream, levels(below))])];
}

const levels = (mark: string | undefined): number => (mark === undefined ? 0 : mark === "*" ? Infinity : mark.length);

const upstreamOf = ({ inputs }: PlannedStep): StepKey[] =>
  inputs.flatMap(({ sources }) => sources.flatMap((source) => (source.kind === "asset" ? [] : [source.stepKey])));

function reach(from: readonly StepKey[], next: ReadonlyMap<StepKey, readonly StepKey[]>, most: number): StepKey[] {
  const found = new Set<StepKey>();
  let frontier = from;
  for (let level = 0; level < most && frontier.length > 0; level += 1) {
    frontier = frontier.flatMap((key) => next.get(key) ?? []).filter((key) => !found.has(key));
    for (const key of frontier) found.add(key);
  }
  return [...found];
}
