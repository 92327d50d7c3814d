import { type JsonObject, type OptionNames, optionsProblem } from "@dagwright/model";
import { InvalidOptionError } from "../errors.ts";

/** How many steps of one run may run at the same time that have a tag. */
export interface TagConcurrencyLimit {
  readonly key: string;
  /**
   * A text: only steps with that value count. Absent: all steps with the key count together. `applyLimitPerUniqueValue`: the steps of each
   * value count by themselves.
   */
  readonly value?: string | { readonly applyLimitPerUniqueValue: boolean };
  /** 0 lets none of them run. */
  readonly limit: number;
}

const limitNames: OptionNames<TagConcurrencyLimit> = { key: "text", value: true, limit: true };

/** @throws InvalidOptionError */
export function checkedTagLimits(executor: string, limits: readonly TagConcurrencyLimit[]): readonly JsonObject[] {
  const refuse = (index: number, problem: string): never => {
    throw new InvalidOptionError(executor, `tagConcurrencyLimits[${index}] ${problem}`);
  };
  return limits.map((given, index) => {
    const unknown = optionsProblem(given, limitNames);
    if (unknown !== null) refuse(index, `is wrong: ${unknown}`);
    const { key, value, limit } = given;
    if (typeof key !== "string" || key === "") refuse(index, "has no `key`; it must be the key of a tag");
    if (!Number.isSafeInteger(limit) || limit < 0)
      refuse(index, `has the limit ${limit}; it must be a whole number of at least 0`);
    if (value === undefined) return { key, limit };
    if (typeof value === "string") return { key, value, limit };
    if (typeof value?.applyLimitPerUniqueValue !== "boolean")
      refuse(index, "has a `value` that is neither a text nor {applyLimitPerUniqueValue: true}");
    return { key, ...(value.applyLimitPerUniqueValue && { value: { applyLimitPerUniqueValue: true } }), limit };
  });
}
