import {
  getNamedType,
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from "graphql";

const scalars: Readonly<Record<string, string>> = {
  String: "string",
  ID: "string",
  Int: "number",
  Float: "number",
  Boolean: "boolean",
  RunConfigData: "unknown",
  GenericScalar: "unknown",
  JsonSchema: "unknown",
};

const header = `// Made from src/graphql/**/*.graphql by \`pnpm gen\`. Do not edit.
import type { GraphContext } from "../graphql/context.ts";

type MaybePromise<T> = T | Promise<T>;
/** A field of an object: its value, or how to get it. GraphQL calls functions with the field's arguments and the request's context. */
type Field<T, Args> = MaybePromise<T> | ((args: Args, context: GraphContext) => MaybePromise<T>);
type NoArgs = Readonly<Record<string, never>>;
type Root<T, Args> = (root: unknown, args: Args, context: GraphContext) => MaybePromise<T>;
type Stream<Name extends string, T, Args> = {
  readonly subscribe: (root: unknown, args: Args, context: GraphContext) => MaybePromise<AsyncIterable<Readonly<Record<Name, T>>>>;
};
`;

/** TypeScript types of a schema: what resolvers take and what they must give, and the members of its unions. */
export function typesOfSchema(schema: GraphQLSchema): string {
  const parts: string[] = [header];
  const abstractMembers = new Set<string>();
  const types = Object.values(schema.getTypeMap())
    .filter(({ name }) => !name.startsWith("__"))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const type of types) {
    if (!isAbstractType(type)) continue;
    for (const member of schema.getPossibleTypes(type)) abstractMembers.add(member.name);
  }
  const unions: string[] = [];
  for (const type of types) {
    if (isEnumType(type)) parts.push(enumType(type));
    else if (isInputObjectType(type)) parts.push(inputType(type));
    else if (isUnionType(type) || isInterfaceType(type)) {
      const members = schema.getPossibleTypes(type).map(({ name }) => name);
      parts.push(`export type ${type.name} = ${members.join(" | ")};\n`);
      if (isUnionType(type)) unions.push(`  ${type.name}: ${JSON.stringify(members)},`);
    } else if (isObjectType(type)) {
      if (type === schema.getQueryType() || type === schema.getMutationType()) parts.push(rootType(type, "Root"));
      else if (type === schema.getSubscriptionType()) parts.push(rootType(type, "Stream"));
      else parts.push(objectType(type, abstractMembers.has(type.name)));
    }
  }
  const unionTypes = types.filter(isUnionType).map(({ name }) => `  ${name}: ${name};`);
  parts.push(`/** The unions by name. */\nexport interface Unions {\n${unionTypes.join("\n")}\n}\n`);
  parts.push(`/** The names of each union's members. */\nexport const unionMembers = {\n${unions.join("\n")}\n} as const;\n`);
  return parts.join("\n");
}

const enumType = (type: GraphQLEnumType): string =>
  `export type ${type.name} = ${type
    .getValues()
    .map(({ name }) => JSON.stringify(name))
    .join(" | ")};\n`;

function inputType(type: GraphQLInputObjectType): string {
  const fields = Object.values(type.getFields()).map((field) => `  readonly ${inputField(field)};`);
  return `export interface ${type.name} {\n${fields.join("\n")}\n}\n`;
}

function inputField(field: { readonly name: string; readonly type: GraphQLType; readonly defaultValue?: unknown }): string {
  const isOptional = !isNonNullType(field.type) && field.defaultValue === undefined;
  return `${field.name}${isOptional ? "?" : ""}: ${typeScript(field.type)}${isOptional ? " | undefined" : ""}`;
}

const argsType = (field: GraphQLField<unknown, unknown>): string =>
  field.args.length === 0 ? "NoArgs" : `{ ${field.args.map((arg) => `readonly ${inputField(arg)}`).join("; ")} }`;

function objectType(type: GraphQLObjectType, isMember: boolean): string {
  const fields = Object.values(type.getFields()).map(
    (field) => `  readonly ${field.name}: Field<${outputType(field)}, ${argsType(field)}>;`,
  );
  const mark = mostlyAlone.has(type.name) ? "__typename?" : "__typename";
  const typename = isMember ? `  readonly ${mark}: "${type.name}";\n` : "";
  return `export interface ${type.name} {\n${typename}${fields.join("\n")}\n}\n`;
}

function rootType(type: GraphQLObjectType, kind: "Root" | "Stream"): string {
  const fields = Object.values(type.getFields()).map((field) => {
    const name = kind === "Stream" ? `"${field.name}", ` : "";
    return `  readonly ${field.name}: ${kind}<${name}${outputType(field)}, ${argsType(field)}>;`;
  });
  return `export interface ${type.name} {\n${fields.join("\n")}\n}\n`;
}

/** Lists that may be long, whose items are made only when they are written: those of all assets. */
const madeAsWritten: ReadonlySet<string> = new Set(["[AssetNode!]!"]);

const outputType = (field: GraphQLField<unknown, unknown>): string =>
  madeAsWritten.has(String(field.type)) ? `Iterable<${getNamedType(field.type).name}>` : typeScript(field.type);

/** GraphQL's types may be null unless they say otherwise; TypeScript's the other way round. */
function typeScript(type: GraphQLType): string {
  if (isNonNullType(type)) return present(type.ofType);
  return `${present(type)} | null`;
}

function present(type: GraphQLType): string {
  if (isNonNullType(type)) return present(type.ofType);
  if (isListType(type)) {
    const item = typeScript(type.ofType);
    return item.includes("|") ? `readonly (${item})[]` : `readonly ${item.startsWith("readonly ") ? `(${item})` : item}[]`;
  }
  return scalars[type.name] ?? type.name;
}

/** Members of a union that stand by themselves nearly everywhere else; only where the union is asked for do they have to say what they are. */
const mostlyAlone: ReadonlySet<string> = new Set(["AssetKey", "AssetCheckhandle"]);
