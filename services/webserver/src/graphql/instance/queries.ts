import { isAutomationPaused } from "@dagwright/storage";
import { stringify } from "yaml";

import type * as gql from "../../gen/types.ts";
import { toInstanceConcurrency } from "../concurrency/instance-concurrency.ts";
import { toDaemonHealth } from "./daemon-health.ts";
import { instanceInfo } from "./instance-info.ts";

export const instanceQueries = {
  version: (_root, _args, { version }) => version,
  instance: (_root, _args, context) => {
    const { config } = context.instance;
    const queue = config.runCoordinator.name === "QueuedRunCoordinator" ? config.runCoordinator.runQueue : null;
    return {
      id: "Instance",
      info: () => instanceInfo(context.instance),
      // There are always settings in force.
      hasInfo: true,
      executablePath: process.execPath,
      runLauncher: { name: config.runLauncher.name === "custom" ? config.runLauncher.className : config.runLauncher.name },
      runQueuingSupported: queue !== null,
      runQueueConfig:
        queue === null
          ? null
          : {
              // Clients know no limit as -1.
              maxConcurrentRuns: queue.maxConcurrentRuns ?? -1,
              isOpConcurrencyAware: queue.blockOpConcurrencyLimitedRuns,
              // There are no branch deployments.
              maxConcurrentRunsAllBranchDeployments: null,
              tagConcurrencyLimitsYaml: () =>
                queue.tagConcurrencyLimits.length === 0 ? null : stringify(queue.tagConcurrencyLimits),
            },
      daemonHealth: () => toDaemonHealth(context),
      autoMaterializePaused: () => isAutomationPaused(context.storage, { signal: context.signal }),
      useAutoMaterializeSensors: config.autoMaterialize.useSensors,
      freshnessEvaluationEnabled: config.freshness.enabled,
      ...toInstanceConcurrency(context),
    };
  },
} satisfies Partial<gql.Query>;
