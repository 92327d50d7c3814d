import { z } from "zod";

/**
 * A key that is known and cannot be used: says why and what to do instead.
 *
 * @param schema - when given, a bad value's own problems are told too
 */
export const refused = (sentence: string, schema?: z.ZodType) =>
  z.unknown().transform((given, context): never => {
    context.addIssue({ code: "custom", message: sentence });
    for (const issue of schema?.safeParse(given).error?.issues ?? []) {
      context.issues.push({ ...issue, input: given } as (typeof context.issues)[number]);
    }
    return z.NEVER;
  });
