import { createHash } from "node:crypto";
import type { AssetKey } from "@dagwright/model";

/**
 * The name of an asset's op: its key's parts joined by `__`. Characters that op names cannot have become `_`; then, except for a
 * plain `-`, a hash of the key follows, so that different keys keep different names.
 */
export function opNameOf(key: AssetKey): string {
  const plain = key.join("__").replaceAll("-", "_");
  if (/^[A-Za-z0-9_]+$/.test(plain)) return plain;
  const hash = createHash("sha256").update(JSON.stringify(key)).digest("hex").slice(0, 8);
  return `${plain.replace(/[^A-Za-z0-9_]/gu, "_")}_${hash}`;
}
