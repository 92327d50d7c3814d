import { fileURLToPath } from "node:url";
import type { EmbeddedPostgres } from "@dagwright/instance";
import { startStack, type Stack } from "@dagwright/tests/stack";
import type { ReferenceCosts } from "./measuring/reference-costs.ts";

/** A stack of real processes, and the way to its database. */
export interface BenchStack extends AsyncDisposable {
  readonly stack: Stack;
  readonly connectionString: string;
}

/** What benchmarks share, so that several can be compared and starting costs are paid once. */
export interface BenchWorld extends AsyncDisposable {
  readonly costs: ReferenceCosts;
  /** The server on which everything has its databases. */
  readonly postgres: EmbeddedPostgres;
  /** A stack that launches runs at once (`direct`) or through the queue, as is the default. Started when first asked for. */
  stack(coordinator: "direct" | "queued"): Promise<BenchStack>;
}

export const jobsFile = fileURLToPath(new URL("projects/jobs.ts", import.meta.url));
export const thousandOpsFile = fileURLToPath(new URL("projects/thousand-ops.ts", import.meta.url));

/** The block of `dagster.yaml` for launching runs without a queue. */
export const direct = "run_coordinator: {module: dagster.core.run_coordinator, class: DefaultRunCoordinator}\n";

export function createBenchWorld(costs: ReferenceCosts, postgres: EmbeddedPostgres): BenchWorld {
  const stacks = new Map<string, Promise<BenchStack>>();
  return {
    costs,
    postgres,
    async stack(coordinator) {
      // One at a time: an idle stack costs little, but not nothing.
      for (const [name, other] of stacks) {
        if (name === coordinator) continue;
        stacks.delete(name);
        await (await other)[Symbol.asyncDispose]();
      }
      const started = stacks.get(coordinator) ?? startBenchStack(jobsFile, coordinator === "direct" ? direct : "");
      stacks.set(coordinator, started);
      return started;
    },
    async [Symbol.asyncDispose]() {
      for (const stack of stacks.values()) await (await stack)[Symbol.asyncDispose]();
    },
  };
}

export async function startBenchStack(
  definitions: string,
  instanceFile: string,
  env: (connectionString: string) => Readonly<Record<string, string>> = () => ({}),
): Promise<BenchStack> {
  let connectionString = "";
  const stack = await startStack({
    definitions,
    instanceFile,
    through: (address) => (connectionString = address),
    envOf: () => env(connectionString),
  });
  return { stack, connectionString, [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose]() };
}
