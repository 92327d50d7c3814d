import { type AssetKey, type MetadataInput, toMetadata } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
import { BadReportError } from "../../reports/parse-report.ts";
import { reportedAssetEvent, reportedCheckEvent } from "../../reports/reported-event.ts";
import { targetOf } from "../../reports/target-of.ts";
import { oneOf } from "../errors/one-of.ts";

/** One event for each of the partitions, or one of none. */
const partitionsOf = (keys: readonly (string | null)[] | null | undefined): readonly (string | null)[] => keys ?? [null];

function requireKey({ path }: { readonly path: readonly string[] }): AssetKey {
  if (path.length === 0 || path.includes("")) throw new BadReportError("An asset key has at least one part, none of them empty");
  return path;
}

export const reportMutations = {
  reportRunlessAssetEvents: oneOf("ReportRunlessAssetEventsResult", async (_root, { eventParams }, context) => {
    const { eventType, partitionKeys, description = null } = eventParams;
    const assetKey = requireKey(eventParams.assetKey);
    const events = partitionsOf(partitionKeys).map((partition) =>
      reportedAssetEvent(eventType, { assetKey, partition, description, metadata: {}, dataVersion: null }),
    );
    await context.storage.assets.report(events, { signal: context.signal });
    return { __typename: "ReportRunlessAssetEventsSuccess", assetKey: { path: [...assetKey] } };
  }),
  reportAssetCheckEvaluations: oneOf("ReportAssetCheckEvaluationResult", async (_root, { eventParams }, context) => {
    const { checkName, passed, severity, partitionKeys, description = null, serializedMetadata } = eventParams;
    const assetKey = requireKey(eventParams.assetKey);
    const metadata = toMetadata(parseMetadata(serializedMetadata ?? null));
    const target = await targetOf(assetKey, context.storage, context.signal);
    const report = { assetKey, description, metadata, checkName, passed, severity: severity ?? "ERROR", target };
    const events = partitionsOf(partitionKeys).map((partition) => reportedCheckEvent({ ...report, partition }));
    await context.storage.assets.report(events, { signal: context.signal });
    return { __typename: "ReportAssetCheckEvaluationsSuccess", assetKey: { path: [...assetKey] }, checkName };
  }),
} satisfies Partial<gql.Mutation>;

function parseMetadata(text: string | null): Readonly<Record<string, MetadataInput>> {
  if (text === null) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Readonly<Record<string, MetadataInput>>;
  } catch {
    // Told below, like JSON of another kind.
  }
  throw new BadReportError("serializedMetadata must be a JSON object");
}
