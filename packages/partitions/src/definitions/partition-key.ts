import { InvalidPartitionsError } from "../errors.ts";

/** Separates the ends of a range in Dagster's UI. */
const rangeSeparator = "...";
const invisible = /[\u0000\u0007\u0008\u000A-\u000D]|\t/;

/**
 * Checks the text of a static or dynamic key: not empty, no `...`, which stands between the ends of a range, and no control characters.
 *
 * @throws InvalidPartitionsError
 */
export function checkPartitionKey(key: string): void {
  const problem =
    typeof key !== "string"
      ? "is no text"
      : key === ""
        ? "is empty"
        : key.includes(rangeSeparator)
          ? `contains "${rangeSeparator}", which stands between the ends of a range`
          : invisible.test(key)
            ? "contains a control character"
            : null;
  if (problem !== null) throw new InvalidPartitionsError(`The partition key ${JSON.stringify(key)} ${problem}`);
}
