import type { Schema } from "@dagwright/definitions";
import { type CheckedValue, checkValue } from "./check-value.ts";
import { UserCodeFailure } from "./user-code-failure.ts";

/** {@link checkValue}, where a schema that throws instead of answering is the user's failure. */
export async function checkByUser(what: string, label: string, schema: Schema | null, value: unknown): Promise<CheckedValue> {
  try {
    return await checkValue(what, label, schema, value);
  } catch (error) {
    throw new UserCodeFailure(error);
  }
}
