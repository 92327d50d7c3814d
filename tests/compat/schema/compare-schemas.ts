import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredInputField,
  isUnionType,
} from "graphql";

/** Something that a client written for the one schema would miss in the other. */
export interface SchemaDifference {
  /** `Type`, `Type.field`, `Type.field(argument)`, `Enum.VALUE`, `Union | Member` or `Type & Interface`. */
  readonly path: string;
  readonly problem: string;
}

/**
 * What of `theirs` is not in `ours`, or is there in a way that clients of `theirs` cannot use: answers may be less often null than theirs and arguments
 * more often left out, and everything else has the same name and type. What is only in `ours` is no difference, unless it has to be given.
 */
export function compareSchemas(theirs: GraphQLSchema, ours: GraphQLSchema): SchemaDifference[] {
  return Object.values(theirs.getTypeMap())
    .filter(({ name }) => !name.startsWith("__"))
    .flatMap((type) => {
      const own = ours.getType(type.name);
      if (own === undefined) return [{ path: type.name, problem: "is missing" }];
      if (own.constructor !== type.constructor)
        return [{ path: type.name, problem: `is ${kindOf(own)} and not ${kindOf(type)}` }];
      return compareTypes(type, own);
    });
}

const kindOf = (type: GraphQLNamedType): string => type.constructor.name.replace(/^GraphQL|Type$/g, "");

function compareTypes(theirs: GraphQLNamedType, ours: GraphQLNamedType): SchemaDifference[] {
  const { name } = theirs;
  const missing = (separator: string, wanted: readonly string[], there: readonly string[]): SchemaDifference[] =>
    wanted.filter((each) => !there.includes(each)).map((each) => ({ path: `${name}${separator}${each}`, problem: "is missing" }));
  const names = (list: readonly { readonly name: string }[]): string[] => list.map((each) => each.name);

  if (isEnumType(theirs) && isEnumType(ours)) return missing(".", names(theirs.getValues()), names(ours.getValues()));
  if (isUnionType(theirs) && isUnionType(ours)) return missing(" | ", names(theirs.getTypes()), names(ours.getTypes()));
  if (isInputObjectType(theirs) && isInputObjectType(ours)) {
    const [wanted, there] = [theirs.getFields(), ours.getFields()];
    return [
      ...missing(".", Object.keys(wanted), Object.keys(there)),
      ...Object.values(wanted).flatMap((field) => compareInputs(`${name}.${field.name}`, field, there[field.name])),
      ...Object.values(there)
        .filter((field) => isRequiredInputField(field) && wanted[field.name] === undefined)
        .map((field) => ({ path: `${name}.${field.name}`, problem: "has to be given, and their clients do not know it" })),
    ];
  }
  if ((isObjectType(theirs) && isObjectType(ours)) || (isInterfaceType(theirs) && isInterfaceType(ours))) {
    const [wanted, there] = [theirs.getFields(), ours.getFields()];
    return [
      ...missing(" & ", names(theirs.getInterfaces()), names(ours.getInterfaces())),
      ...missing(".", Object.keys(wanted), Object.keys(there)),
      ...Object.values(wanted).flatMap((field) => {
        const own = there[field.name];
        if (own === undefined) return [];
        const path = `${name}.${field.name}`;
        return [
          ...(canStandFor(own.type, field.type) ? [] : [{ path, problem: `is ${own.type} and not ${field.type}` }]),
          ...compareArguments(path, field.args, own.args),
        ];
      }),
    ];
  }
  return [];
}

function compareArguments(
  path: string,
  theirs: readonly GraphQLArgument[],
  ours: readonly GraphQLArgument[],
): SchemaDifference[] {
  return [
    ...theirs.flatMap((argument) => {
      const own = ours.find(({ name }) => name === argument.name);
      const at = `${path}(${argument.name})`;
      return own === undefined ? [{ path: at, problem: "is missing" }] : compareInputs(at, argument, own);
    }),
    ...ours
      .filter(
        ({ name, type, defaultValue }) =>
          isNonNullType(type) && defaultValue === undefined && !theirs.some((each) => each.name === name),
      )
      .map(({ name }) => ({ path: `${path}(${name})`, problem: "has to be given, and their clients do not know it" })),
  ];
}

type Input = GraphQLArgument | GraphQLInputField;

function compareInputs(path: string, theirs: Input, ours: Input | undefined): SchemaDifference[] {
  if (ours === undefined) return [];
  const isTaken =
    canStandFor(theirs.type, ours.type) ||
    (ours.defaultValue !== undefined && String(theirs.type) === String(ours.type).replace(/!$/, ""));
  const [their, own] = [JSON.stringify(theirs.defaultValue), JSON.stringify(ours.defaultValue)];
  return [
    ...(isTaken ? [] : [{ path, problem: `takes ${ours.type} and not ${theirs.type}` }]),
    ...(their === own || their === undefined ? [] : [{ path, problem: `defaults to ${own} and not ${their}` }]),
  ];
}

/** Whether a value of one type is always one of the other as well. */
function canStandFor(given: GraphQLType, wanted: GraphQLType): boolean {
  if (isNonNullType(wanted)) return isNonNullType(given) && canStandFor(given.ofType, wanted.ofType);
  if (isNonNullType(given)) return canStandFor(given.ofType, wanted);
  if (isListType(wanted) || isListType(given))
    return isListType(wanted) && isListType(given) && canStandFor(given.ofType, wanted.ofType);
  return given.name === wanted.name;
}
