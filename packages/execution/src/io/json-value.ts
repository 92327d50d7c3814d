import { ValueNotStorableError } from "../errors.ts";

/**
 * Checks that a value comes back from JSON as it is.
 *
 * @param at - where the value lies in what is stored, `$` being all of it
 * @throws ValueNotStorableError for the first part that would not
 */
export function checkJson(value: unknown, at = "$"): void {
  const open: { readonly part: unknown; readonly path: string; readonly around: ReadonlySet<unknown> }[] = [
    { part: value, path: at, around: new Set() },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { part, path, around } = next;
    if (part === null || typeof part === "boolean" || typeof part === "string") continue;
    const refuse = (what: string): never => {
      throw new ValueNotStorableError(
        path,
        `is ${what}, which JSON does not keep; choose another I/O manager or turn it into text`,
      );
    };
    if (typeof part === "number") {
      if (!Number.isFinite(part) || Object.is(part, -0)) refuse(Object.is(part, -0) ? "-0" : String(part));
      continue;
    }
    if (typeof part !== "object") refuse(part === undefined ? "undefined" : `a ${typeof part}`);
    if (around.has(part)) refuse("inside of itself");
    const inside = new Set(around).add(part);
    if (Array.isArray(part)) {
      for (let index = part.length - 1; index >= 0; index -= 1)
        open.push({ part: part[index], path: `${path}[${index}]`, around: inside });
      continue;
    }
    const prototype: unknown = Object.getPrototypeOf(part);
    if (prototype !== Object.prototype && prototype !== null)
      refuse(`an instance of ${(prototype as { constructor?: { name?: string } }).constructor?.name ?? "a class"}`);
    for (const [key, inner] of Object.entries(part as object).toReversed())
      open.push({ part: inner, path: `${path}.${key}`, around: inside });
  }
}
