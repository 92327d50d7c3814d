import { type AssetCheckSnapshot, assetKeysEqual } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
import { pageSize } from "../arguments/page-size.ts";
import { toAutomationCondition } from "../assets/asset-policies.ts";
import type { FoundAsset } from "../assets/find-assets.ts";
import { targetsLatestMaterialization, toCheckExecution } from "./to-check-execution.ts";

/** A check as a code location defines it. */
const toAssetCheck = (check: AssetCheckSnapshot): gql.AssetCheck => ({
  __typename: "AssetCheck",
  name: check.name,
  assetKey: { path: check.assetKey },
  description: check.description,
  jobNames: check.jobNames,
  executionForLatestMaterialization: async (_, context) => {
    const latest = await context.loaders.checkExecution.load({ assetKey: check.assetKey, name: check.name });
    if (latest === null || !(await targetsLatestMaterialization(latest, context))) return null;
    return toCheckExecution(latest);
  },
  canExecuteIndividually: check.canExecuteIndividually,
  blocking: check.blocking,
  automationCondition: toAutomationCondition(check.automationCondition),
  additionalAssetKeys: check.additionalAssetKeys.map((path) => ({ path })),
  // A check is of its asset as a whole, also when that has partitions.
  partitionDefinition: null,
  partitionKeysByDimension: [],
  partitionStatuses: null,
});

/** What an asset tells of its checks. */
export function checkFieldsOf({
  snapshot,
  asset,
}: FoundAsset): Pick<gql.AssetNode, "hasAssetChecks" | "assetCheckOrError" | "assetChecksOrError"> {
  const checks = (snapshot.checks ?? []).filter(({ assetKey }) => assetKeysEqual(assetKey, asset.key));
  return {
    hasAssetChecks: checks.length > 0,
    assetCheckOrError: ({ checkName }) => {
      const check = checks.find(({ name }) => name === checkName);
      return check === undefined
        ? {
            __typename: "AssetCheckNotFoundError",
            message: `Asset check "${checkName}" of asset "${asset.key.join("/")}" not found`,
          }
        : toAssetCheck(check);
    },
    assetChecksOrError: ({ limit, pipeline }) => {
      const ofJob = pipeline?.pipelineName;
      const shown = checks.filter(({ jobNames }) => ofJob === undefined || jobNames.includes(ofJob));
      return { __typename: "AssetChecks", checks: shown.slice(0, pageSize(limit, Infinity)).map(toAssetCheck) };
    },
  };
}
