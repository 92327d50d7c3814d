import {
  type AssetCheckSeverity,
  type AssetKey,
  assetKeyFromUserString,
  DomainError,
  type Metadata,
  type MetadataInput,
  toMetadata,
} from "@dagwright/model";
import type { AssetReport, CheckReport } from "./reported-event.ts";

/** A report that cannot be understood. */
export class BadReportError extends DomainError<"BadReportError"> {
  constructor(problem: string) {
    super("BadReportError", problem);
  }
}

/** A report as it comes in over HTTP: what stands in the body goes before what stands in the address. */
export interface RawReport {
  /** The rest of the path, decoded; empty when there is none. */
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly contentType: string | undefined;
  readonly body: unknown;
}

/** @throws BadReportError */
export function parseAssetReport(raw: RawReport): AssetReport {
  const field = reader(raw);
  return { ...commonFields(raw, field), dataVersion: text(field("data_version"), "data_version") };
}

/** @throws BadReportError */
export function parseCheckReport(raw: RawReport): Omit<CheckReport, "target"> {
  const field = reader(raw);
  const checkName = text(field("check_name"), "check_name");
  if (checkName === null || checkName === "") throw new BadReportError("Missing required parameter 'check_name'.");
  const given = field("passed");
  if (given === undefined || given.value === null) throw new BadReportError("Missing required parameter 'passed'.");
  const passed = given.isJson ? given.value : parsed(given.value, "passed");
  if (typeof passed !== "boolean") throw new BadReportError("'passed' must be true or false.");
  const severity = text(field("severity"), "severity") ?? "ERROR";
  if (!isSeverity(severity)) throw new BadReportError(`'severity' is "${severity}"; it must be WARN or ERROR.`);
  return { ...commonFields(raw, field), checkName, passed, severity };
}

const isSeverity = (value: string): value is AssetCheckSeverity => value === "WARN" || value === "ERROR";

type Field = { readonly value: unknown; readonly isJson: boolean } | undefined;

function reader(raw: RawReport): (name: string) => Field {
  const body = bodyOf(raw);
  return (name) => {
    if (Object.hasOwn(body, name)) return { value: body[name], isJson: true };
    return Object.hasOwn(raw.query, name) ? { value: raw.query[name], isJson: false } : undefined;
  };
}

function bodyOf({ contentType, body }: RawReport): Readonly<Record<string, unknown>> {
  if (contentType === undefined) return {};
  if (contentType.split(";")[0]!.trim().toLowerCase() !== "application/json")
    throw new BadReportError(`Unhandled content type ${contentType}, expect no body or application/json`);
  if (body === undefined || body === "") return {};
  const value = parsed(body, "the body");
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new BadReportError("The body must be a JSON object.");
  return value as Readonly<Record<string, unknown>>;
}

function commonFields(raw: RawReport, field: (name: string) => Field): Omit<AssetReport, "dataVersion"> {
  return {
    assetKey: assetKeyOf(raw, field("asset_key")),
    partition: text(field("partition"), "partition"),
    description: text(field("description"), "description"),
    metadata: metadataOf(field("metadata")),
  };
}

/** In the path `a/b`; in the body a list of parts, or one; in the query a JSON list, or `a/b`. */
function assetKeyOf({ path }: RawReport, given: Field): AssetKey {
  const parts = path === "" ? partsOf(given) : assetKeyFromUserString(path);
  if (parts === null || parts.length === 0) {
    throw new BadReportError("Empty asset key, must provide asset key as url path after the endpoint's name or as asset_key.");
  }
  const isText = parts.every((part) => typeof part === "string" && part !== "");
  if (!isText) throw new BadReportError("'asset_key' must be a list of texts, none of them empty.");
  return parts as AssetKey;
}

function partsOf(given: Field): readonly unknown[] | null {
  if (given === undefined || given.value === null) return null;
  const { value, isJson } = given;
  if (typeof value === "string") {
    if (isJson) return [value];
    return value.startsWith("[") ? partsOf({ value: parsed(value, "asset_key"), isJson: true }) : assetKeyFromUserString(value);
  }
  return Array.isArray(value) ? (value as readonly unknown[]) : [undefined];
}

function metadataOf(given: Field): Metadata {
  if (given === undefined || given.value === null) return {};
  const value = given.isJson ? given.value : parsed(given.value, "metadata");
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new BadReportError("'metadata' must be a JSON object.");
  return toMetadata(value as Readonly<Record<string, MetadataInput>>);
}

function text(given: Field, name: string): string | null {
  if (given === undefined || given.value === null) return null;
  if (typeof given.value !== "string") throw new BadReportError(`'${name}' must be text.`);
  return given.value;
}

function parsed(value: unknown, what: string): unknown {
  try {
    return JSON.parse(String(value));
  } catch (error) {
    throw new BadReportError(`Error parsing ${what} json: ${error instanceof Error ? error.message : String(error)}`);
  }
}
