import { type AssetKey, assetKeyToUserString } from "./asset-key.ts";
import type { Tags } from "./tags.ts";

/** Tags of materializations and observations that say which data they are and what it was made from; the names are Dagster's. */
export const dataVersionTags = {
  codeVersion: "dagster/code_version",
  dataVersion: "dagster/data_version",
  /** `true` when the user's code named the version, else it was computed. */
  isUserProvided: "dagster/data_version_is_user_provided",
} as const;

const inputVersionPrefix = "dagster/input_data_version/";
const inputEventPrefix = "dagster/input_event_pointer/";
const noEvent = "NULL";

/** What a data version was made from. */
export interface DataProvenance {
  /** The run's id when the asset has no code version: its code counts as new each time. */
  readonly codeVersion: string;
  /** By {@link assetKeyToUserString}. */
  readonly inputs: ReadonlyMap<string, { readonly dataVersion: string; readonly eventId: string | null }>;
  readonly isUserProvided: boolean;
}

/** Something that exists without any record counts as this version: what others make, and what was made before versions were kept. */
export const initialDataVersion = "INITIAL";

/** Null when the tags name none. */
export const dataVersionOf = (tags: Tags): string | null => tags[dataVersionTags.dataVersion] ?? null;

/** Null when the tags tell nothing of it, as for what was reported from outside. */
export function provenanceOf(tags: Tags): DataProvenance | null {
  const codeVersion = tags[dataVersionTags.codeVersion];
  if (codeVersion === undefined) return null;
  const inputs = new Map<string, { dataVersion: string; eventId: string | null }>();
  for (const [name, value] of Object.entries(tags)) {
    if (!name.startsWith(inputVersionPrefix)) continue;
    const key = name.slice(inputVersionPrefix.length);
    const event = tags[inputEventPrefix + key];
    inputs.set(key, { dataVersion: value, eventId: event === undefined || event === noEvent ? null : event });
  }
  return { codeVersion, inputs, isUserProvided: tags[dataVersionTags.isUserProvided] === "true" };
}

/** The tags that say of one input which data it was. */
export const inputVersionTags = (key: AssetKey, dataVersion: string, eventId: string | null): Tags => ({
  [inputVersionPrefix + assetKeyToUserString(key)]: dataVersion,
  [inputEventPrefix + assetKeyToUserString(key)]: eventId ?? noEvent,
});
