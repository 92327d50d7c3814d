import { createHash } from "node:crypto";
import type { ValueAddress } from "./io-manager.ts";

/** Most file systems allow 255 bytes; a temporary name needs some of them. */
const maxPartBytes = 200;

/**
 * Where a value lies below a base directory or key prefix, one part per level: `runs/<run>/<step>.<output>.value`, of a
 * dynamic output `runs/<run>/<step>.<output>/<mapping key>.value`,
 * `assets/<key…>.value`, `assets/<key…>.partitions/<partition>.value`, in several dimensions a level for each.
 *
 * Parts are safe on every file system and in every object store, and different addresses never meet: what is not a letter,
 * digit, `_`, `-`, `.`, `=`, `,`, `@` or space is escaped as in a URL, and long parts end in a hash. A run's values share a
 * directory because making one takes five times as long as making a file; names of outputs have no dots.
 *
 * @param extension - with its dot; a manager that writes another format has another one
 */
export function valuePath(
  { runId, stepKey, outputName, assetKey, partition, mappingKey }: ValueAddress,
  extension = ".value",
): readonly string[] {
  const safe = (part: string): string => safePart(part, extension);
  if (assetKey === null) {
    const output = `${escaped(stepKey)}.${escaped(outputName)}`;
    if (mappingKey === undefined) return ["runs", safe(runId), shorten(output) + extension];
    return ["runs", safe(runId), asDirectory(output, extension), safe(mappingKey) + extension];
  }
  const parts = assetKey.map(safe);
  const directories = parts.slice(0, -1);
  const last = parts.at(-1) ?? "";
  if (partition === null) return ["assets", ...directories, last + extension];
  const dimensions = partition.split("|").map(safe);
  const file = dimensions.pop() ?? "";
  return ["assets", ...directories, `${last}.partitions`, ...dimensions, file + extension];
}

const safePart = (part: string, extension: string): string => asDirectory(escaped(part), extension);

/** Files end in the extension, so directories do not. */
function asDirectory(name: string, extension: string): string {
  return shorten(name.endsWith(extension) ? `${name.slice(0, -extension.length)}%2E${extension.slice(1)}` : name);
}

function shorten(name: string): string {
  if (name.length <= maxPartBytes) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 32);
  return `${name.slice(0, maxPartBytes - hash.length - 1)}~${hash}`;
}

const escaped = (part: string): string =>
  plain.test(part) ? part : escapePart(part.toWellFormed() === part ? part : JSON.stringify(part));

/** As most parts are. */
const plain = /^[\w-]+$/;

/** `~` and `%` are always escaped, so nothing a user writes looks like an escape or a hash. */
const escapePart = (part: string): string =>
  part === ""
    ? "%"
    : encodeURIComponent(part)
        .replace(/%(?:20|3D|2C|40)/g, decodeURIComponent)
        .replace(/[~!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
        // The ending of a directory of ours, names that mean something else, and dots and spaces that Windows drops.
        .replace(/^\.|\.(?=partitions$)|[. ]$/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
