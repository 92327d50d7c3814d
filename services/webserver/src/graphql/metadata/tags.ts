import type { Tags } from "@dagwright/model";

/** Some tags are for filters alone, and people are not to see them. */
export const isShownTag = (key: string): boolean => !key.startsWith(".dagster/");

/** Tags as GraphQL lists them: by key, as clients know them from Dagster. */
export const toTags = (tags: Tags): { key: string; value: string }[] =>
  Object.entries(tags)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => ({ key, value }));

/** Those of a run or backfill that people are to see. */
export const toShownTags = (tags: Tags): { key: string; value: string }[] => toTags(tags).filter(({ key }) => isShownTag(key));
