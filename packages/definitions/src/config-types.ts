import { createHash } from "node:crypto";
import { canonicalJson, type ConfigFieldSnapshot, type ConfigTypeSnapshot, type JsonValue, secretAny } from "@dagwright/model";

export type ScalarName = "String" | "Int" | "Float" | "Bool";

/** Collects config types into the flat list in which they refer to one another by key. Equal types are kept once. */
export class ConfigTypes {
  readonly #types = new Map<string, ConfigTypeSnapshot>();

  /** Adds a type unless it is there; returns its key. */
  add(type: ConfigTypeSnapshot): string {
    if (!this.#types.has(type.key)) this.#types.set(type.key, type);
    return type.key;
  }

  scalar(scalar: ScalarName, isSecret = false): string {
    return this.add(
      isSecret ? { kind: "scalar", key: `Secret${scalar}`, scalar, isSecret } : { kind: "scalar", key: scalar, scalar },
    );
  }

  /** A scalar, or `{env: NAME}` in its place. The keys are those of Dagster: `StringSourceType`. */
  source(scalar: ScalarName, isSecret: boolean): string {
    const scalarType = this.scalar(scalar, isSecret);
    const nonScalarType = this.shape([configField("env", this.scalar("String"), { isRequired: true })], "selector");
    return this.add({ kind: "scalarUnion", key: `${scalarType}SourceType`, scalarType, nonScalarType, isSource: true });
  }

  /** The key of the scalar type behind a type that takes a scalar, or a reference in its place; null for other types. */
  scalarOf(key: string): string | null {
    const type = this.#types.get(key);
    if (type?.kind === "scalar") return key;
    return type?.kind === "scalarUnion" && type.isSource === true ? type.scalarType : null;
  }

  /** As {@link scalarOf}, by the scalar's name, and null for secrets. */
  plainScalar(key: string): ScalarName | null {
    const scalar = this.#types.get(this.scalarOf(key) ?? "");
    return scalar?.kind === "scalar" && scalar.isSecret !== true ? scalar.scalar : null;
  }

  any(isSecret = false): string {
    return this.add(isSecret ? secretAny : { kind: "any", key: "Any" });
  }

  noneable(inner: string): string {
    return this.add({ kind: "noneable", key: `Noneable.${inner}`, inner });
  }

  array(inner: string): string {
    return this.add({ kind: "array", key: `Array.${inner}`, inner });
  }

  map(keyType: string, valueType: string): string {
    return this.add({ kind: "map", key: `Map.${keyType}.${valueType}`, keyType, valueType });
  }

  enum(values: readonly string[]): string {
    const listed = values.map((value) => ({ value, description: null }));
    return this.add({ kind: "enum", key: `Enum.${hash(listed)}`, values: listed });
  }

  scalarUnion(scalarType: string, nonScalarType: string): string {
    return this.add({ kind: "scalarUnion", key: `ScalarUnion.${scalarType}-${nonScalarType}`, scalarType, nonScalarType });
  }

  shape(
    fields: readonly ConfigFieldSnapshot[],
    kind: "shape" | "permissive" | "selector" = "shape",
    description?: string | null,
  ): string {
    const name = kind === "shape" ? "Shape" : kind === "permissive" ? "Permissive" : "Selector";
    const described = description ? { description } : {};
    return this.add({ kind, key: `${name}.${hash({ fields, ...described })}`, fields, ...described });
  }

  get(key: string): ConfigTypeSnapshot | undefined {
    return this.#types.get(key);
  }

  /** Sorted by key, so that equal sets are equal lists. */
  list(): readonly ConfigTypeSnapshot[] {
    return [...this.#types.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }
}

const hash = (value: unknown): string => createHash("sha1").update(canonicalJson(value)).digest("hex");

/** A field of a shape. A default makes it optional. */
export function configField(
  name: string,
  type: string,
  options: {
    readonly isRequired?: boolean;
    readonly description?: string | null;
    readonly defaultValue?: JsonValue | undefined;
  } = {},
): ConfigFieldSnapshot {
  const { isRequired = false, description = null, defaultValue } = options;
  return { name, description, type, isRequired, ...(defaultValue === undefined ? {} : { defaultValue }) };
}
