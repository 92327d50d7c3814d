import type { OpDefinition, OutputDefinition } from "@dagwright/definitions";
import { assetKeyToUserString } from "@dagwright/model";

/** The op as errors name it; for an asset's op, its asset. */
export const opLabel = (op: OpDefinition): string => {
  if (op.assetKey !== null) return `asset "${assetKeyToUserString(op.assetKey)}"`;
  if (op.assetWork !== undefined) return `multi-asset "${op.name}"`;
  return `${op.outs.some(({ check }) => check) ? "asset check" : "op"} "${op.name}"`;
};

/** The same at the start of a sentence. */
export const opLabelAtStart = (op: OpDefinition): string => opLabel(op).replace(/^./, (first) => first.toUpperCase());

/** The op with its step, where that is named otherwise. */
export const opUseLabel = (op: OpDefinition, stepKey: string): string =>
  stepKey === op.name || op.assetKey !== null ? opLabel(op) : `${opLabel(op)} (step "${stepKey}")`;

export const listOutputs = (outs: readonly OutputDefinition[]): string => outs.map(({ name }) => `"${name}"`).join(", ");
