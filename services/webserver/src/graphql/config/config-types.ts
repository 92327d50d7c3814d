import { type ConfigFieldSnapshot, type ConfigTypeSnapshot, innerConfigTypes, type JobSnapshot } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";

/** The config types of one job, which refer to one another by key. */
export interface ConfigTypes {
  /** @throws TypeError when the snapshot refers to a type that it does not have */
  get(key: string): ConfigTypeSnapshot;
  readonly all: readonly ConfigTypeSnapshot[];
  readonly byKey: ReadonlyMap<string, ConfigTypeSnapshot>;
}

const perJob = new WeakMap<JobSnapshot, ConfigTypes>();

export function configTypesOf(job: JobSnapshot): ConfigTypes {
  const known = perJob.get(job);
  if (known !== undefined) return known;
  const byKey = new Map<string, ConfigTypeSnapshot>(job.configTypes.map((type) => [type.key, type]));
  const types: ConfigTypes = {
    all: job.configTypes,
    byKey,
    get(key) {
      const type = byKey.get(key) ?? scalar(key);
      if (type === null) throw new TypeError(`The snapshot of job "${job.name}" has no config type "${key}"`);
      return type;
    },
  };
  perJob.set(job, types);
  return types;
}

/** Scalars may be referred to without being listed. */
function scalar(key: string): ConfigTypeSnapshot | null {
  if (key === "Any") return { kind: "any", key };
  if (key === "String" || key === "Int" || key === "Float" || key === "Bool") return { kind: "scalar", key, scalar: key };
  return null;
}

export function toConfigType(key: string, types: ConfigTypes): gql.ConfigType {
  const type = types.get(key);
  const inner = [...innerConfigTypes(type)];
  const base = {
    key: type.key,
    description: "description" in type ? (type.description ?? null) : null,
    recursiveConfigTypes: () => reachable(type, types).map((each) => toConfigType(each, types)),
    typeParamKeys:
      type.kind === "array" || type.kind === "noneable" || type.kind === "map" || type.kind === "scalarUnion" ? inner : [],
    isSelector: type.kind === "selector",
  };
  switch (type.kind) {
    case "scalar":
      return { __typename: "RegularConfigType", ...base, givenName: type.scalar };
    case "any":
      return { __typename: "RegularConfigType", ...base, givenName: "Any" };
    case "noneable":
      return { __typename: "NullableConfigType", ...base, ofType: () => toConfigType(type.inner, types) };
    case "array":
      return { __typename: "ArrayConfigType", ...base, ofType: () => toConfigType(type.inner, types) };
    case "map":
      return {
        __typename: "MapConfigType",
        ...base,
        keyLabelName: null,
        keyType: () => toConfigType(type.keyType, types),
        valueType: () => toConfigType(type.valueType, types),
      };
    case "enum":
      return { __typename: "EnumConfigType", ...base, givenName: type.key, values: type.values };
    case "scalarUnion":
      return {
        __typename: "ScalarUnionConfigType",
        ...base,
        scalarType: () => toConfigType(type.scalarType, types),
        nonScalarType: () => toConfigType(type.nonScalarType, types),
        scalarTypeKey: type.scalarType,
        nonScalarTypeKey: type.nonScalarType,
      };
    case "shape":
    case "permissive":
    case "selector":
      return {
        __typename: "CompositeConfigType",
        ...base,
        fields: () => byName(type.fields).map((field) => toConfigField(field, types)),
      };
  }
}

/** The order in which clients know fields from Dagster. */
export const byName = (fields: readonly ConfigFieldSnapshot[]): readonly ConfigFieldSnapshot[] =>
  fields.toSorted((a, b) => (a.name < b.name ? -1 : 1));

export const toConfigField = (field: ConfigFieldSnapshot, types: ConfigTypes): gql.ConfigTypeField => ({
  name: field.name,
  description: field.description,
  configType: () => toConfigType(field.type, types),
  configTypeKey: field.type,
  isRequired: field.isRequired,
  isSecret: isSecret(types.get(field.type), types),
  defaultValueAsJson: field.defaultValue === undefined ? null : JSON.stringify(field.defaultValue),
});

/** A config schema that stands alone, as an op's or a resource's. */
export const toNamelessField = (key: string | null, types: ConfigTypes): gql.ConfigTypeField | null =>
  key === null
    ? null
    : toConfigField({ name: "config", description: null, type: key, isRequired: isRequired(types.get(key)) }, types);

/** Values that are shown to nobody, also where a variable may hold them. */
function isSecret(type: ConfigTypeSnapshot, types: ConfigTypes): boolean {
  if (type.kind === "scalar") return type.isSecret === true;
  return type.kind === "scalarUnion" && isSecret(types.get(type.scalarType), types);
}

/** Config has to be given where some field of it has. */
const isRequired = (type: ConfigTypeSnapshot): boolean => {
  switch (type.kind) {
    case "shape":
    case "permissive":
      return type.fields.some((field) => field.isRequired);
    case "noneable":
    case "any":
      return false;
    default:
      return true;
  }
};

/** Every type that the given one needs, directly or not, without itself. */
function reachable(type: ConfigTypeSnapshot, types: ConfigTypes): string[] {
  const found = new Set<string>();
  const queue = [...innerConfigTypes(type)];
  for (const key of queue) {
    if (found.has(key) || key === type.key) continue;
    found.add(key);
    queue.push(...innerConfigTypes(types.get(key)));
  }
  return [...found];
}
