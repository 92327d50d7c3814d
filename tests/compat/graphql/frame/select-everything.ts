import {
  getNamedType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
} from "graphql";
import type { Asked } from "./step.ts";

export interface Selecting {
  readonly theirs: GraphQLSchema;
  readonly ours: GraphQLSchema;
  /** Arguments for fields that cannot do without, or that are better asked with some: by `Type.field`. */
  readonly args: Readonly<Record<string, string>>;
  /** Fields that nobody asks for, by `Type.field`. */
  readonly left: ReadonlySet<string>;
  /** Types that have root fields of their own: of these, where others lead to them, only what is no object. */
  readonly shallow: ReadonlySet<string>;
}

/**
 * An operation that asks one root field for everything that both schemas have, down to a depth. Where members of a union have fields of
 * one name and different types, each is asked for as `Type__field`.
 */
export function selectEverything({ kind, field, depth = 2 }: Asked, variables: object, selecting: Selecting): string {
  const root = kind === "query" ? selecting.theirs.getQueryType() : selecting.theirs.getMutationType();
  const asked = root?.getFields()[field];
  if (root === undefined || root === null || asked === undefined) throw new Error(`Dagster's schema has no ${kind} ${field}`);
  const given = asked.args.filter(({ name }) => name in variables);
  const declared = given.map(({ name, type }) => `$${name}: ${type}`).join(", ");
  const passed = given.map(({ name }) => `${name}: $${name}`).join(", ");
  const call = given.length === 0 ? field : `${field}(${passed})`;
  return `${kind} ${declared === "" ? "" : `(${declared})`} { ${call}${selectionOf(getNamedType(asked.type), depth, selecting)} }`;
}

function selectionOf(type: GraphQLNamedType, depth: number, selecting: Selecting): string {
  if (isLeafType(type)) return "";
  const { theirs, ours } = selecting;
  if (isAbstractType(type)) {
    const members = theirs.getPossibleTypes(type).filter(({ name }) => isObjectType(ours.getType(name)));
    const conflicting = conflictsOf(members);
    const parts = members.map((member) => `... on ${member.name} ${fieldsOf(member, depth, selecting, conflicting)}`);
    return ` { __typename ${parts.join(" ")} }`;
  }
  return ` ${fieldsOf(type, depth, selecting, new Set())}`;
}

function fieldsOf(type: GraphQLNamedType, depth: number, selecting: Selecting, conflicting: ReadonlySet<string>): string {
  if (!isObjectType(type) && !isInterfaceType(type)) return "";
  const { ours, args, left } = selecting;
  const own = ours.getType(type.name);
  const there = isObjectType(own) || isInterfaceType(own) ? own.getFields() : {};
  const parts = Object.values(type.getFields()).flatMap((field) => {
    const path = `${type.name}.${field.name}`;
    const inner = getNamedType(field.type);
    const isOneMore = !isLeafType(inner) && !isEmpty(inner);
    if (there[field.name] === undefined || left.has(path) || (isOneMore && depth <= 0)) return [];
    const call = args[path];
    if (call === undefined && field.args.some(({ type: of, defaultValue }) => isNonNullType(of) && defaultValue === undefined))
      return [];
    const within = selecting.shallow.has(inner.name) ? 0 : depth - 1;
    const alias = conflicting.has(field.name) ? `${type.name}__${field.name}: ` : "";
    return [`${alias}${field.name}${call === undefined ? "" : `(${call})`}${selectionOf(inner, within, selecting)}`];
  });
  return `{ __typename ${parts.join(" ")} }`;
}

const isEmpty = (type: GraphQLNamedType): boolean => isObjectType(type) && Object.keys(type.getFields()).length === 0;

/** Names of fields whose types differ between the members, or within what is asked of them. */
function conflictsOf(members: readonly GraphQLObjectType[]): ReadonlySet<string> {
  const types = new Map<string, string>();
  const conflicting = new Set<string>();
  for (const member of members) {
    for (const { name, type } of Object.values(member.getFields())) {
      const known = types.get(name);
      if (known !== undefined && known !== String(type)) conflicting.add(name);
      types.set(name, String(type));
    }
  }
  return conflicting;
}
