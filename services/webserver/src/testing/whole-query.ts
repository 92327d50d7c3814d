import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
} from "graphql";

/**
 * A selection of everything that a type has, down to a depth: every field of every member, with arguments only where one is required
 * (then the field is left out unless `args` says how to call it).
 */
export function selectAll(
  schema: GraphQLSchema,
  type: GraphQLNamedType,
  depth: number,
  args: Readonly<Record<string, string>>,
): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return "";
  if (isAbstractType(named)) {
    const members = schema
      .getPossibleTypes(named)
      .map((member) => `... on ${member.name} ${selectAll(schema, member, depth, args)}`);
    // Members may have fields of one name and different types; nullability and shape differ, so each gets an alias by its type.
    return `{ __typename ${members.join(" ")} }`;
  }
  if (!isObjectType(named) && !isInterfaceType(named)) return "";
  const fields = Object.values(named.getFields()).flatMap((field) => {
    const inner = getNamedType(field.type);
    if (!isLeafType(inner) && depth <= 0) return [];
    const call = callOf(named.name, field, args);
    return call === null ? [] : [`${named.name}_${field.name}: ${call} ${selectAll(schema, inner, depth - 1, args)}`];
  });
  return `{ __typename ${fields.join(" ")} }`;
}

function callOf(typeName: string, field: GraphQLField<unknown, unknown>, args: Readonly<Record<string, string>>): string | null {
  const given = args[`${typeName}.${field.name}`];
  if (given !== undefined) return `${field.name}(${given})`;
  const isRequired = field.args.some((arg) => isNonNullType(arg.type) && arg.defaultValue === undefined);
  return isRequired ? null : field.name;
}
