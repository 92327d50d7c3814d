import { z } from "zod";
import { block, list } from "../config-file/block.ts";
import { isMapping } from "../config-file/env-reference.ts";
import { boolean, integer, name, text } from "../config-file/scalars.ts";

/** At most `limit` runs at once that carry the tag. */
export interface TagConcurrencyLimit {
  readonly key: string;
  /** A value of the tag; null counts all runs that carry the key, whatever its value. */
  readonly value: string | null;
  /** Whether each value of the tag has the limit to itself. Only with `value: null`. */
  readonly perUniqueValue: boolean;
  readonly limit: number;
}

const perValue = block({ applyLimitPerUniqueValue: boolean() });

const tagValue = z.unknown().transform((given, context): Pick<TagConcurrencyLimit, "value" | "perUniqueValue"> => {
  const result = isMapping(given) ? perValue.safeParse(given) : text().safeParse(given);
  if (!result.success) {
    for (const issue of result.error.issues) context.issues.push({ ...issue, input: given } as (typeof context.issues)[number]);
    return z.NEVER;
  }
  const value = result.data;
  return typeof value === "string"
    ? { value, perUniqueValue: false }
    : { value: null, perUniqueValue: value.applyLimitPerUniqueValue };
});

/** `tag_concurrency_limits` of `run_queue` and of `concurrency.runs`. */
export const tagConcurrencyLimits = list(
  block({ key: name(), value: tagValue.optional(), limit: integer({ min: 0 }) }).transform(
    ({ key, value, limit }): TagConcurrencyLimit => ({
      key,
      value: value?.value ?? null,
      perUniqueValue: value?.perUniqueValue ?? false,
      limit,
    }),
  ),
);
