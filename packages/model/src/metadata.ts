import type { AssetKey } from "./asset-key.ts";
import type { JsonValue } from "./json.ts";

/** One metadata value as it is stored and served. Ints beyond 2^53 travel as text in `int`. */
export type MetadataValue =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "md"; readonly md: string }
  | { readonly type: "url"; readonly url: string }
  | { readonly type: "path"; readonly path: string }
  | { readonly type: "json"; readonly json: JsonValue }
  | { readonly type: "float"; readonly float: number }
  | { readonly type: "int"; readonly int: string }
  | { readonly type: "bool"; readonly bool: boolean }
  | { readonly type: "timestamp"; readonly epochSeconds: number }
  | { readonly type: "null" }
  | { readonly type: "asset"; readonly assetKey: AssetKey }
  | { readonly type: "run"; readonly runId: string };

export type Metadata = Readonly<Record<string, MetadataValue>>;

/** What users may write as metadata: a typed value, or a plain one whose type is obvious. */
export type MetadataInput =
  | MetadataValue
  | string
  | number
  | bigint
  | boolean
  | null
  | Date
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

const types = new Set(["text", "md", "url", "path", "json", "float", "int", "bool", "timestamp", "null", "asset", "run"]);

/** Gives plain metadata values their type: strings are text, whole numbers int, other numbers float, objects json. */
export function toMetadataValue(input: MetadataInput): MetadataValue {
  switch (typeof input) {
    case "string":
      return { type: "text", text: input };
    case "number":
      if (Number.isSafeInteger(input)) return { type: "int", int: String(input) };
      return Number.isFinite(input) ? { type: "float", float: input } : { type: "text", text: String(input) };
    case "bigint":
      return { type: "int", int: String(input) };
    case "boolean":
      return { type: "bool", bool: input };
    default:
      if (input === null) return { type: "null" };
      if (input instanceof Date) return { type: "timestamp", epochSeconds: input.getTime() / 1000 };
      if (isMetadataValue(input)) return input;
      return { type: "json", json: input };
  }
}

export function toMetadata(input: Readonly<Record<string, MetadataInput>> | undefined): Metadata {
  return Object.fromEntries(Object.entries(input ?? {}).map(([name, value]) => [name, toMetadataValue(value)]));
}

function isMetadataValue(input: object): input is MetadataValue {
  if (!("type" in input) || typeof input.type !== "string" || !types.has(input.type)) return false;
  const names = Object.keys(input);
  return input.type === "null" ? names.length === 1 : names.length === 2;
}
