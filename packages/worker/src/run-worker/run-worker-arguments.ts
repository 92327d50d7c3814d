import { parseArgs } from "node:util";
import { WorkerArgumentsError } from "../errors.ts";
import { toGenerationRef } from "../generation/generation-ref.ts";
import type { GenerationRef } from "../protocol.ts";

export interface RunWorkerArguments {
  readonly id: string;
  readonly socket: string;
  readonly generation: GenerationRef;
  readonly home: string | null;
  readonly settingsFd: number | null;
  readonly leaseMs: number;
  readonly idleMs: number;
}

export const defaultLeaseMs = 30_000;
const defaultIdleMs = 300_000;

/** @throws WorkerArgumentsError */
export function parseRunWorkerArguments(args: readonly string[]): RunWorkerArguments {
  const fail = (problem: string): never => {
    throw new WorkerArgumentsError("run worker", problem);
  };
  const text = { type: "string" } as const;
  // Options of later fronts are none of this worker's business.
  const { values } = parseArgs({
    args: [...args],
    strict: false,
    options: { id: text, socket: text, generation: text, home: text, "settings-fd": text, "lease-ms": text, "idle-ms": text },
  });
  const required = (name: "id" | "socket" | "generation"): string => {
    const value = values[name];
    return typeof value === "string" ? value : fail(`--${name} is missing`);
  };
  const milliseconds = (name: "lease-ms" | "idle-ms", fallback: number): number => {
    const value = values[name];
    if (value === undefined) return fallback;
    const number = Number(value);
    return Number.isFinite(number) && number > 0
      ? number
      : fail(`--${name} is ${JSON.stringify(value)}, not a number of milliseconds`);
  };
  return {
    id: required("id"),
    socket: required("socket"),
    generation: toGenerationRef(required("generation")) ?? fail("--generation is no generation"),
    home: typeof values["home"] === "string" ? values["home"] : null,
    settingsFd: typeof values["settings-fd"] === "string" ? Number(values["settings-fd"]) : null,
    leaseMs: milliseconds("lease-ms", defaultLeaseMs),
    idleMs: milliseconds("idle-ms", defaultIdleMs),
  };
}
