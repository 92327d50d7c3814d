// Ends each run as soon as it is launched: so the control plane has more to do than two processors could execute.
import { openStorage } from "@dagwright/storage";
import type { LaunchClaim, WorkerHandle } from "@dagwright/storage";

/** For `run_launcher: {module: …, class: NoOpLauncher}`; `SOAK_DATABASE` says where runs are written. */
export const NoOpLauncher = {
  async open() {
    const storage = await openStorage({
      connectionString: process.env["SOAK_DATABASE"] ?? "",
      role: "run-worker",
      listen: false,
    });
    return {
      async launchRun({ run, fence }: LaunchClaim): Promise<WorkerHandle> {
        const { id: runId, attempt } = run;
        const entry = { atMs: Date.now(), message: "", stepKey: null } as const;
        const begun = await storage.runs.beginWork({
          runId,
          attempt,
          fence,
          worker: {},
          leaseMs: 30_000,
          entries: [{ ...entry, type: "RUN_START" }],
        });
        if (begun !== null) await storage.events.append({ runId, attempt, entries: [{ ...entry, type: "RUN_SUCCESS" }] });
        return {};
      },
      terminateRun: () => Promise.resolve(false),
      checkHealth: () => Promise.resolve({ status: "running" }),
    };
  },
};
