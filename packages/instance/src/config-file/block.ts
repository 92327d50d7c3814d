import { z } from "zod";
import { isMapping } from "./env-reference.ts";
import { describeValue } from "./scalars.ts";

/**
 * A mapping of which every key is known.
 *
 * An issue about unknown keys carries the known ones, joined by commas, as its message: `parseConfigFile` makes one problem
 * of each key, with its position and a suggestion. A known key without a value (`run_queue:` and nothing below) is as good as absent.
 */
export function block<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape);
  const object = z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? known.join(",")
        : `expected a mapping with keys out of ${known.join(", ")}, found ${describeValue(issue.input)}`,
  });
  return z.preprocess(
    (value) =>
      isMapping(value)
        ? Object.fromEntries(Object.entries(value).filter(([key, inner]) => inner !== null || !(key in shape)))
        : value,
    // Unknown keys alone would let zod run the transforms behind them, on values that may be missing for that very reason.
    object.transform((value, context) => {
      if (context.issues.length > 0) context.issues.push({ code: "custom", message: "", params: stopMark, input: value });
      return value;
    }),
  );
}

/** The `params` of an issue that stops further checks of a value and says nothing itself. */
export const stopMark: Readonly<Record<string, unknown>> = { stop: true };

/** A mapping that may be given as a text, which then is the value of its main key. */
export const orText = <Schema extends z.ZodType>(mainKey: string, schema: Schema) =>
  z.preprocess((value) => (typeof value === "string" ? { [mainKey]: value } : value), schema);

/** A list whose items are all of one kind. */
export const list = <Item extends z.ZodType>(item: Item) =>
  z.array(item, { error: (issue) => `expected a list, found ${describeValue(issue.input)}` });

/**
 * A mapping of which exactly one key is given, such as `storage: {postgres: …}`.
 *
 * @param offered - the keys that a message offers; default all of them
 * @returns the given key and its parsed value
 */
export function oneOf<Shape extends Readonly<Record<string, z.ZodType>>>(
  shape: Shape,
  offered: readonly (keyof Shape)[] = Object.keys(shape),
) {
  const options = Object.fromEntries(Object.keys(shape).map((key) => [key, z.optional(shape[key]!)]));
  return block(options).transform(
    (value, context): { [Key in keyof Shape]: { kind: Key; value: z.output<Shape[Key]> } }[keyof Shape] => {
      const given = Object.entries(value).filter(([, inner]) => inner !== undefined);
      const [only] = given;
      if (only !== undefined && given.length === 1) return { kind: only[0], value: only[1] } as never;
      const found = given.length === 0 ? "found none" : `found ${given.map(([key]) => key).join(" and ")}`;
      context.addIssue({ code: "custom", message: `expected exactly one of ${offered.join(", ")}, ${found}` });
      return z.NEVER;
    },
  );
}
