import { createHash } from "node:crypto";
import type { ValueAddress } from "./io-manager.ts";

/** Most file systems allow 255 bytes; a temporary name needs some of them. */
const maxPartBytes = 200;

/**
 * Where a value lies below a base directory or key prefix, one part per level: `runs/<run>/<step>/<output>.value`, of a
 * dynamic output `runs/<run>/<step>/<output>/<mapping key>.value`,
 * `assets/<key…>.value`, `assets/<key…>.partitions/<partition>.value`, in several dimensions a level for each.
 *
 * Parts are safe on every file system and in every object store, and different addresses never meet: what is not a letter,
 * digit, `_`, `-`, `.`, `=`, `,`, `@` or space is escaped as in a URL, and long parts end in a hash.
 *
 * @param extension - with its dot; a manager that writes another format has another one
 */
export function valuePath(
  { runId, stepKey, outputName, assetKey, partition, mappingKey }: ValueAddress,
  extension = ".value",
): readonly string[] {
  const safe = (part: string): string => safePart(part, extension);
  if (assetKey === null) {
    const step = ["runs", safe(runId), safe(stepKey)];
    if (mappingKey === undefined) return [...step, safe(outputName) + extension];
    return [...step, safe(outputName), safe(mappingKey) + extension];
  }
  const parts = assetKey.map(safe);
  const directories = parts.slice(0, -1);
  const last = parts.at(-1) ?? "";
  if (partition === null) return ["assets", ...directories, last + extension];
  const dimensions = partition.split("|").map(safe);
  const file = dimensions.pop() ?? "";
  return ["assets", ...directories, `${last}.partitions`, ...dimensions, file + extension];
}

function safePart(part: string, extension: string): string {
  let escaped = part.toWellFormed() === part ? escapePart(part) : escapePart(JSON.stringify(part));
  // A file's own ending on a directory.
  if (escaped.endsWith(extension)) escaped = `${escaped.slice(0, -extension.length)}%2E${extension.slice(1)}`;
  if (escaped.length <= maxPartBytes) return escaped;
  const hash = createHash("sha256").update(escaped).digest("hex").slice(0, 32);
  return `${escaped.slice(0, maxPartBytes - hash.length - 1)}~${hash}`;
}

/** `~` and `%` are always escaped, so nothing a user writes looks like an escape or a hash. */
const escapePart = (part: string): string =>
  part === ""
    ? "%"
    : encodeURIComponent(part)
        .replace(/%(?:20|3D|2C|40)/g, decodeURIComponent)
        .replace(/[~!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
        // The ending of a directory of ours, names that mean something else, and dots and spaces that Windows drops.
        .replace(/^\.|\.(?=partitions$)|[. ]$/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
