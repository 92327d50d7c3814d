import { opNameOf } from "../op-name.ts";
import type { OutputDefinition } from "../op.ts";
import type { ResolvedAssetCheckSpec } from "./check-spec.ts";

/** The name of a check's output where an op has several. */
export const checkOutputName = ({ assetKey, name }: ResolvedAssetCheckSpec): string => `${opNameOf(assetKey)}_${name}`;

/** An output that stands for a check: it is evaluated and not stored. */
export const checkOutput = (name: string, spec: ResolvedAssetCheckSpec, isRequired: boolean): OutputDefinition =>
  Object.freeze({
    name,
    schema: null,
    description: spec.description,
    metadata: {},
    ioManagerKey: "io_manager",
    isRequired,
    check: spec,
  });
