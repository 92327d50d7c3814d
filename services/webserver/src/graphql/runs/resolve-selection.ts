import { OpSelectionError, planExecution, resolveOpSelection } from "@dagwright/graph";
import {
  type AssetCheckKey,
  assetCheckKeyToString,
  assetCheckKeyToUserString,
  type AssetKey,
  assetKeyToString,
  assetKeyToUserString,
  isUnresolvedStepKey,
  parseStepKey,
  type RunSelection,
  stepKey,
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
 * Which part of the job a client means: op queries (`name`, `*name`, `name*`, `+name`, `name++`, `name+2`), step keys, assets. Null or empty lists mean all.
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
  const keyOfNode = new Map(steps.map((step) => [step.handle.join("."), step.key]));
  for (const key of stepKeys) {
    const { node, mappingKey } = parseStepKey(key);
    const known = keyOfNode.get(node);
    if (known === undefined || (mappingKey !== null && !isUnresolvedStepKey(known)))
      throw new InvalidStepError(found.job.name, key);
  }
  const chosen = queries.length === 0 ? null : new Set<string>(selectOps(found, queries));
  if (stepKeys.length === 0) return { stepKeys: steps.flatMap(({ key }) => (chosen!.has(key) ? [key] : [])), ...ofAssets };
  const isChosen = (key: string): boolean => chosen === null || chosen.has(keyOfNode.get(parseStepKey(key).node)!);
  // One of several mapped steps has no place in the plan of the whole job.
  return { stepKeys: [...new Set(stepKeys.filter(isChosen).map(stepKey))], ...ofAssets };
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

/** @throws InvalidSubsetError when a query cannot be read or matches nothing */
function selectOps(found: FoundJob, queries: readonly string[]): readonly StepKey[] {
  try {
    return resolveOpSelection(found.job, queries);
  } catch (error) {
    if (error instanceof OpSelectionError) throw new InvalidSubsetError(found, `cannot be made: ${error.message}`);
    throw error;
  }
}
