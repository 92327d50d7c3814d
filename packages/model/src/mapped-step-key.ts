import { type StepKey, stepKey } from "./ids.ts";

/** The key of the step of a node for one mapping key: `outer.inner[key]`. */
export const mappedStepKey = (node: string, mappingKey: string): StepKey => stepKey(`${node}[${mappingKey}]`);

/** The key of what stands for all mapped steps of a node until their keys are known: `outer.inner[?]`. */
export const unresolvedStepKey = (node: string): StepKey => stepKey(`${node}[?]`);

/** A step's key taken apart; neither names of nodes nor mapping keys have brackets. */
export function parseStepKey(key: string): { readonly node: string; readonly mappingKey: string | null } {
  const bracket = key.endsWith("]") ? key.indexOf("[") : -1;
  if (bracket === -1) return { node: key, mappingKey: null };
  return { node: key.slice(0, bracket), mappingKey: key.slice(bracket + 1, -1) };
}

/** Whether the key stands for steps that are still to be mapped. */
export const isUnresolvedStepKey = (key: string): boolean => key.endsWith("[?]");
