import { block } from "../config-file/block.ts";
import { type RunQueueConfig, runQueue } from "../config/run-queue.ts";
import { component } from "./component.ts";

/** What happens to a run that is submitted. */
export type RunCoordinatorSetting =
  /** It is launched at once. */
  | { readonly name: "DefaultRunCoordinator" }
  /** It is queued, and a daemon launches it as the limits allow. The default. */
  | { readonly name: "QueuedRunCoordinator"; readonly runQueue: RunQueueConfig };

/** `run_coordinator`. */
export const runCoordinator = component(
  [
    {
      className: "DefaultRunCoordinator",
      pythonPackage: "dagster",
      config: block({}).transform((): RunCoordinatorSetting => ({ name: "DefaultRunCoordinator" })),
    },
    {
      className: "QueuedRunCoordinator",
      pythonPackage: "dagster",
      config: runQueue.transform((config): RunCoordinatorSetting => ({ name: "QueuedRunCoordinator", runQueue: config })),
    },
  ],
  { noun: "run coordinator", custom: false },
).transform((setting) => setting as RunCoordinatorSetting);
