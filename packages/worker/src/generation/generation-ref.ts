import type { GenerationRef } from "../protocol.ts";

const fields = [
  "codeHash",
  "entryFile",
  "sourceFile",
  "attribute",
  "workingDirectory",
] as const satisfies readonly (keyof GenerationRef)[];

/** Reads a {@link GenerationRef} from its JSON; null when it is none. */
export function toGenerationRef(json: string): GenerationRef | null {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== "object" || value === null) return null;
    const record = value as Record<string, unknown>;
    return fields.every((name) => typeof record[name] === "string") ? (value as GenerationRef) : null;
  } catch {
    return null;
  }
}
