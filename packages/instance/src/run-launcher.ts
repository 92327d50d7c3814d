import type { Run } from "@dagwright/model";
import type { LaunchClaim, WorkerHandle } from "@dagwright/storage";

/** How a run's worker fares, as its launcher sees it. */
export type WorkerHealth =
  | { readonly status: "running" }
  | { readonly status: "ended"; readonly reason: string; readonly exitCode: number | null }
  /** The launcher cannot tell, e.g. because the system behind it does not answer. */
  | { readonly status: "unknown"; readonly reason: string };

/**
 * Starts the workers of runs where `dagster.yaml` asks for something else than the code location's own server: in a container, pod or task.
 *
 * A component of the user's own implements it, too: `run_launcher: {module: ./nomad-launcher.js, class: NomadRunLauncher}`.
 */
export interface RunLauncher {
  /** Starts the run's worker, once: a second call for the same run and attempt finds the first one's. */
  launchRun(claim: LaunchClaim, options?: { readonly signal?: AbortSignal }): Promise<WorkerHandle>;
  /** Asks the worker to end and ends it after `graceMs`. False when no worker of that run is known. */
  terminateRun(run: Run, graceMs: number, options?: { readonly signal?: AbortSignal }): Promise<boolean>;
  /** Asked in intervals about runs that should have a worker. */
  checkHealth(run: Run, options?: { readonly signal?: AbortSignal }): Promise<WorkerHealth>;
}
