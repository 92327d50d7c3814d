import type { JsonValue } from "@dagwright/model";
import { stringify } from "yaml";

import type { ConfigTypes } from "./config-types.ts";

/** The run config that a launch without any config comes to, as far as the schema says it. */
export function defaultYaml(rootType: string, types: ConfigTypes): string {
  const value = defaultOf(rootType, types);
  return value === undefined || Object.keys(value as object).length === 0 ? "{}\n" : stringify(value);
}

/** Undefined where nothing has a default. */
function defaultOf(key: string, types: ConfigTypes): JsonValue | undefined {
  const type = types.get(key);
  if (type.kind !== "shape" && type.kind !== "permissive") return undefined;
  const fields = type.fields.flatMap((field): [string, JsonValue][] => {
    const value = field.defaultValue ?? defaultOf(field.type, types);
    return value === undefined ? [] : [[field.name, value]];
  });
  return fields.length === 0 ? undefined : Object.fromEntries(fields);
}
