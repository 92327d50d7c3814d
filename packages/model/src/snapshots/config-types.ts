import type { JsonValue } from "../json.ts";

/**
 * Config schemas are one flat list of types that refer to one another by key, as Dagster's clients read them:
 * scalars `String`, `Int`, `Float`, `Bool`, `Any`; `StringSourceType` and the like for scalars that may come from the environment; `Noneable.X`, `Array.X`, `Map.X.Y`, `Shape.<hash>`, `Selector.<hash>`, enums.
 */
export type ConfigTypeSnapshot =
  | {
      readonly kind: "scalar";
      readonly key: string;
      readonly scalar: "String" | "Int" | "Float" | "Bool";
      readonly description?: string;
      /** Its values are shown to nobody. */
      readonly isSecret?: boolean;
    }
  | {
      readonly kind: "any";
      /** `SecretAny` when it is secret. */
      readonly key: string;
      readonly isSecret?: boolean;
    }
  | { readonly kind: "noneable"; readonly key: string; readonly inner: string }
  | { readonly kind: "array"; readonly key: string; readonly inner: string }
  | { readonly kind: "map"; readonly key: string; readonly keyType: string; readonly valueType: string }
  | {
      readonly kind: "enum";
      readonly key: string;
      readonly values: readonly { readonly value: string; readonly description: string | null }[];
    }
  | {
      readonly kind: "scalarUnion";
      readonly key: string;
      readonly scalarType: string;
      readonly nonScalarType: string;
      /** The other type is `{env: NAME}`: a variable that holds the scalar where the run is executed. */
      readonly isSource?: boolean;
    }
  | {
      readonly kind: "shape" | "permissive" | "selector";
      readonly key: string;
      readonly fields: readonly ConfigFieldSnapshot[];
      readonly description?: string;
    };

export interface ConfigFieldSnapshot {
  readonly name: string;
  readonly description: string | null;
  readonly type: string;
  readonly isRequired: boolean;
  readonly defaultValue?: JsonValue;
}

/** Keys of the types that a type is made of. */
export function innerConfigTypes(type: ConfigTypeSnapshot): readonly string[] {
  switch (type.kind) {
    case "noneable":
    case "array":
      return [type.inner];
    case "map":
      return [type.keyType, type.valueType];
    case "scalarUnion":
      return [type.scalarType, type.nonScalarType];
    case "shape":
    case "permissive":
    case "selector":
      return type.fields.map((field) => field.type);
    case "scalar":
    case "any":
    case "enum":
      return [];
  }
}
