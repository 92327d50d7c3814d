import { createHash } from "node:crypto";

/** File systems allow 255 bytes for a name, of which the ending takes some. */
const maxBytes = 200;

/** A step's file key: its own key where a file name can hold it, else the start of it and a hash. */
export function fileKeyOfStep(stepKey: string): string {
  if (/^[\w-][\w.-]*$/.test(stepKey) && stepKey.length <= maxBytes) return stepKey;
  const hash = createHash("sha256").update(stepKey).digest("hex").slice(0, 16);
  return `${stepKey.replace(/[^\w-]/g, "_").slice(0, maxBytes - hash.length - 1)}-${hash}`;
}
