import type { HookContext, HookDefinition } from "@dagwright/definitions";
import type { Metadata, RunLogEntry, StepKey } from "@dagwright/model";
import type { ResourceSource } from "../resources/resource-scope.ts";
import { describeFailure } from "./failure.ts";

/** What a step made, as its hooks see it: by output, of a dynamic output by mapping key. */
export class MadeValues {
  readonly outputs: Record<string, unknown> = {};
  readonly metadata: Record<string, Metadata | Record<string, Metadata>> = {};

  add(name: string, mappingKey: string | undefined, value: unknown, metadata: Metadata): void {
    if (mappingKey === undefined) {
      this.outputs[name] = value;
      this.metadata[name] = metadata;
      return;
    }
    ((this.outputs[name] ??= {}) as Record<string, unknown>)[mappingKey] = value;
    ((this.metadata[name] ??= {}) as Record<string, Metadata>)[mappingKey] = metadata;
  }
}

export interface HooksToRun {
  readonly hooks: readonly HookDefinition[];
  /** How the step ended; `retry`: it will be tried again, which no hook is for. */
  readonly end: "success" | "failure" | "retry";
  readonly stepKey: StepKey;
  readonly opName: string;
  readonly resources: ResourceSource;
  /** What hooks see besides their own name and resources. */
  readonly context: Omit<HookContext, "hook" | "resources">;
}

/**
 * Calls the hooks of a step that has ended, one after the other; never rejects.
 *
 * @returns what is to be told of them, after the step's end
 */
export async function runHooks({ hooks, end, stepKey, opName, resources, context }: HooksToRun): Promise<readonly RunLogEntry[]> {
  const told: RunLogEntry[] = [];
  for (const { name, on, fn, resources: needed } of hooks) {
    const base = { stepKey, hookName: name };
    if (on !== end) {
      const message = `Skipped hook "${name}" of "${opName}": it is for steps that ${on === "success" ? "succeed" : "fail"}.`;
      told.push({ type: "HOOK_SKIPPED", atMs: Date.now(), ...base, message });
      continue;
    }
    try {
      const own = Object.fromEntries(Object.entries(needed).map(([property, one]) => [property, resources.get(one.name)]));
      await fn({ ...context, hook: { name }, resources: own } as never);
      told.push({ type: "HOOK_COMPLETED", atMs: Date.now(), ...base, message: `Finished hook "${name}" of "${opName}".` });
    } catch (error) {
      const message = `Hook "${name}" of "${opName}" threw an error.`;
      told.push({ type: "HOOK_ERRORED", atMs: Date.now(), ...base, error: describeFailure(error), message });
    }
  }
  return told;
}
