import type { CodeLocationName, Run, RunId } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";
import { createBackoff, type Workspace } from "@dagwright/workspace";
import type { Logger } from "pino";
import type { WorkerExit } from "./loops/monitoring.ts";

/** The exits of run workers, as the code locations push them. */
export interface WorkerExits extends AsyncDisposable {
  /** Those since the last call, with their runs. */
  take(): Promise<readonly WorkerExit[]>;
}

interface PushedExit extends Omit<WorkerExit, "run"> {
  readonly runId: RunId;
}

/** Watches the workers of every code location for as long as it is in the workspace. */
export function watchWorkerExits(workspace: Workspace, storage: Storage, log: Logger, onExit: () => void): WorkerExits {
  let pushed: PushedExit[] = [];
  const watches = new Map<CodeLocationName, { readonly stop: AbortController; readonly done: Promise<void> }>();

  const watch = async (name: CodeLocationName, signal: AbortSignal): Promise<void> => {
    const backoff = createBackoff();
    while (!signal.aborted) {
      try {
        for await (const event of workspace.watchWorkers(name, { signal })) {
          backoff.reset();
          if (event.kind !== "exited") continue;
          const { runId, attempt, exitCode, stderrTail } = event;
          pushed.push({ runId, attempt, exitCode: exitCode === -1 ? null : exitCode, signal: event.signal, stderrTail });
          onExit();
        }
      } catch (error) {
        if (signal.aborted) return;
        log.warn({ location: name, err: error }, `lost sight of the workers of "${name}"`);
        await backoff.wait(signal).catch(() => undefined);
      }
    }
  };
  const begin = (name: CodeLocationName): void => {
    if (watches.has(name)) return;
    const stop = new AbortController();
    watches.set(name, { stop, done: watch(name, stop.signal) });
  };
  const subscription = workspace.onChange((entry, name) => {
    if (entry !== null) return begin(name);
    watches.get(name)?.stop.abort();
    watches.delete(name);
  });
  for (const { name } of workspace.entries()) begin(name);

  return {
    async take() {
      const taken = pushed;
      pushed = [];
      if (taken.length === 0) return [];
      let runs: ReadonlyMap<RunId, Run>;
      try {
        runs = new Map((await storage.runs.getMany(taken.map(({ runId }) => runId))).map((run) => [run.id, run]));
      } catch (error) {
        pushed = [...taken, ...pushed];
        throw error;
      }
      return taken.flatMap(({ runId, ...exit }) => {
        const run = runs.get(runId);
        return run === undefined ? [] : [{ ...exit, run }];
      });
    },
    async [Symbol.asyncDispose]() {
      subscription[Symbol.dispose]();
      for (const { stop } of watches.values()) stop.abort();
      await Promise.all([...watches.values()].map(({ done }) => done));
    },
  };
}
