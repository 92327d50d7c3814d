import type { JsonObject } from "@dagwright/model";
import { parseDocument } from "yaml";

import { RunConfigTextError } from "../../errors.ts";

/**
 * A run config as clients give it: an object, or YAML or JSON text.
 *
 * @throws RunConfigTextError when it is neither, or no mapping
 */
export function parseRunConfig(given: unknown): JsonObject {
  const value = typeof given === "string" ? parseText(given) : given;
  if (value === null || value === undefined) return {};
  if (typeof value !== "object" || Array.isArray(value)) {
    throw new RunConfigTextError(`must be a mapping, not ${Array.isArray(value) ? "a list" : typeof value}`);
  }
  // It came as JSON, or from YAML's core schema, which has no other values.
  return value as JsonObject;
}

function parseText(text: string): unknown {
  const document = parseDocument(text, { schema: "core", logLevel: "error" });
  const [problem] = document.errors;
  if (problem !== undefined) throw new RunConfigTextError(`is neither YAML nor JSON: ${problem.message}`, { cause: problem });
  try {
    return document.toJS({ maxAliasCount: 1_000 });
  } catch (cause) {
    throw new RunConfigTextError(`cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
