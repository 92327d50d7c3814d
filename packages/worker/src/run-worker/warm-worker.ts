import { loadRepository } from "@dagwright/execution";
import { serializeError } from "@dagwright/model";
import { startEngine } from "./engine-link.ts";
import { defaultGraceMs } from "./engine-messages.ts";
import { currentEnvironment, replaceEnvironment } from "../process/environment.ts";
import { hashJobs } from "./job-snapshot-hash.ts";
import { shrinkHeap } from "../process/shrink-heap.ts";
import type { RunWorkerArguments } from "./run-worker-arguments.ts";
import { runToEnd } from "./worker-run.ts";

/** A worker that has no run by then will probably wait for long, and may do so with less memory. */
const idleBeforeShrinkMs = 200;

/**
 * Waits for a run with everything at hand that takes time, executes it and ends the process.
 *
 * @param exit - ends the process; also called by the engine when the run is taken from this worker
 */
export async function runWarmWorker(args: RunWorkerArguments, exit: (exitCode: number) => void): Promise<void> {
  // The engine first: its thread starts while this one imports the user's code.
  const link = startEngine({
    socket: args.socket,
    home: args.home,
    env: currentEnvironment(),
    settingsFd: args.settingsFd,
    codeHash: args.generation.codeHash,
    leaseMs: args.leaseMs,
    idleMs: args.idleMs,
    exit,
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => link.post({ kind: "terminate", graceMs: defaultGraceMs }));
  let isAssigned = false;
  void link.assigned.then(({ env }) => {
    isAssigned = true;
    replaceEnvironment(env);
  });
  const code = loadRepository({ ...args.generation, isChecked: true });
  code.then(
    (repository) => {
      link.post({ kind: "loaded" });
      setTimeout(() => {
        if (isAssigned) return;
        hashJobs(repository);
        shrinkHeap();
      }, idleBeforeShrinkMs).unref();
    },
    (error: unknown) => link.post({ kind: "failed-to-load", error: serializeError(error) }),
  );
  await runToEnd(link, code, args.generation);
  exit(0);
}
