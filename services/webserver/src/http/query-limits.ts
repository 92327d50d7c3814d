import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getNamedType,
  GraphQLError,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  Lexer,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  Source,
  TokenKind,
} from "graphql";

/** How much one query may ask for. */
export interface QueryLimits {
  /** Words and signs of its text. */
  readonly tokens: number;
  /** Brackets within brackets, of whatever kind. */
  readonly nesting: number;
  /** Operations and fragments of one text. */
  readonly definitions: number;
  /** Fields within fields. */
  readonly depth: number;
  /** Fields in all, those of a fragment counted wherever it is spread. */
  readonly fields: number;
  /** Fields that are asked for again beside themselves, under another name. */
  readonly aliases: number;
  readonly directives: number;
  /** Lists within lists: each multiplies what the ones around it answer with. */
  readonly nestedLists: number;
  /** Values in a request's variables, each item of a list and each field of an object counted. */
  readonly variableValues: number;
  /** Objects and lists within one another in a request's variables. */
  readonly variableDepth: number;
  /** Whether the server tells its schema. */
  readonly introspection: boolean;
}

/**
 * Of the queries of Dagster's web UI, the largest is 11 fields deep, asks for 639 fields, and has 4 aliases and 5 lists within one another; introspection
 * as tools send it is 15 deep.
 */
export const defaultQueryLimits: QueryLimits = {
  tokens: 20_000,
  nesting: 100,
  definitions: 500,
  depth: 20,
  fields: 10_000,
  aliases: 500,
  directives: 200,
  nestedLists: 7,
  variableValues: 200_000,
  variableDepth: 200,
  introspection: true,
};

type Measures = Pick<QueryLimits, "depth" | "fields" | "aliases" | "directives" | "nestedLists">;

const nothing: Measures = { depth: 0, fields: 0, aliases: 0, directives: 0, nestedLists: 0 };

/** What is asked for beyond this is not told apart; numbers of fragments within fragments grow beyond what numbers can hold. */
const uncounted = 1e9;

const words: Readonly<Record<keyof Measures, (is: number, most: number) => string>> = {
  depth: (is, most) => `is ${is} fields deep, and at most ${most} are taken`,
  fields: (is, most) =>
    `asks for ${is >= uncounted ? "more than a billion" : is} fields, and at most ${most} are taken; a fragment counts wherever it is spread`,
  aliases: (is, most) =>
    `asks for fields again under ${is} other names, and at most ${most} are taken; ask for many things in several requests`,
  directives: (is, most) => `has ${is} directives, and at most ${most} are taken`,
  nestedLists: (is, most) => `asks for lists within lists to a depth of ${is}, and at most ${most} are taken`,
};

/**
 * Parses a query and measures it before anything else looks at it: the rules of validation themselves take too long over a query that is made for that.
 *
 * @throws GraphQLError for a query that does not parse or asks for too much
 */
export function parseWithinLimits(query: string, schema: GraphQLSchema, limits: QueryLimits): DocumentNode {
  refuseTooMuchText(query, limits);
  const document = parse(query);
  if (document.definitions.length > limits.definitions)
    throw new GraphQLError(
      `The text has ${document.definitions.length} operations and fragments, and at most ${limits.definitions} are taken`,
    );
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
  }
  const measure = measurer(fragments, schema, limits);
  for (const operation of operations) {
    const own = { ...nothing, directives: operation.directives?.length ?? 0 };
    const measures = together(own, measure(operation.selectionSet, schema.getRootType(operation.operation) ?? null));
    const name = operation.name === undefined ? "The query" : `The query ${operation.name.value}`;
    for (const key of Object.keys(words) as (keyof Measures)[]) {
      if (measures[key] > limits[key])
        throw new GraphQLError(`${name} ${words[key](measures[key], limits[key])}`, { nodes: operation });
    }
  }
  return document;
}

/** The parser calls itself for brackets within brackets, so it is kept from texts that would have it do so too often. */
function refuseTooMuchText(query: string, limits: QueryLimits): void {
  const lexer = new Lexer(new Source(query));
  let nesting = 0;
  let tokens = 0;
  for (let token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance()) {
    tokens += 1;
    if (tokens > limits.tokens) throw new GraphQLError(`The text has more than ${limits.tokens} tokens, and no more are taken`);
    if (token.kind === TokenKind.BRACE_L || token.kind === TokenKind.BRACKET_L || token.kind === TokenKind.PAREN_L) nesting += 1;
    if (token.kind === TokenKind.BRACE_R || token.kind === TokenKind.BRACKET_R || token.kind === TokenKind.PAREN_R) nesting -= 1;
    if (nesting > limits.nesting)
      throw new GraphQLError(
        `The text has brackets within brackets to a depth of more than ${limits.nesting}, and no more are taken`,
      );
  }
}

/**
 * Measures a request's variables, which no parser has measured.
 *
 * @throws GraphQLError for more values, or deeper ones, than are taken
 */
export function refuseTooManyValues(variables: Readonly<Record<string, unknown>>, limits: QueryLimits): void {
  let values = 0;
  // Not by calling itself: what is to be refused here would end that.
  const pending: { readonly value: unknown; readonly depth: number }[] = [{ value: variables, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, depth } = next;
    values += 1;
    if (values > limits.variableValues)
      throw new GraphQLError(
        `The variables hold more than ${limits.variableValues} values, and no more are taken; ask in several requests`,
      );
    if (typeof value !== "object" || value === null) continue;
    if (depth > limits.variableDepth)
      throw new GraphQLError(`The variables are nested more than ${limits.variableDepth} deep, and no more is taken`);
    for (const inner of Object.values(value)) pending.push({ value: inner, depth: depth + 1 });
  }
}

const introspection: ReadonlySet<string> = new Set(["__schema", "__type"]);

function measurer(fragments: ReadonlyMap<string, FragmentDefinitionNode>, schema: GraphQLSchema, limits: QueryLimits) {
  // A fragment is measured once, however often it is spread; one that leads to itself is for validation to refuse.
  const measured = new Map<string, Measures>();
  const measure = (selectionSet: SelectionSetNode, type: GraphQLNamedType | null): Measures => {
    let sum = nothing;
    const names = new Set<string>();
    for (const selection of selectionSet.selections) {
      const isAgain = selection.kind === Kind.FIELD && selection.alias !== undefined && names.has(selection.name.value);
      if (selection.kind === Kind.FIELD) names.add(selection.name.value);
      const own = { ...nothing, aliases: isAgain ? 1 : 0, directives: selection.directives?.length ?? 0 };
      sum = together(together(sum, own), measureSelection(selection, type));
    }
    return sum;
  };
  const measureSelection = (selection: SelectionSetNode["selections"][number], type: GraphQLNamedType | null): Measures => {
    switch (selection.kind) {
      case Kind.FIELD: {
        if (!limits.introspection && introspection.has(selection.name.value))
          throw new GraphQLError(
            `This webserver does not tell its schema: it was started with --no-introspection, so \`${selection.name.value}\` cannot be asked for`,
            { nodes: selection, extensions: { code: "INTROSPECTION_DISABLED" } },
          );
        const fieldType = isObjectType(type) || isInterfaceType(type) ? type.getFields()[selection.name.value]?.type : undefined;
        const named = fieldType === undefined ? null : getNamedType(fieldType);
        const inner = selection.selectionSet === undefined ? nothing : measure(selection.selectionSet, named);
        return {
          depth: inner.depth + 1,
          fields: Math.min(uncounted, inner.fields + 1),
          aliases: inner.aliases,
          directives: inner.directives,
          nestedLists: inner.nestedLists + listsOf(fieldType),
        };
      }
      case Kind.INLINE_FRAGMENT: {
        const condition = selection.typeCondition === undefined ? type : schema.getType(selection.typeCondition.name.value);
        return measure(selection.selectionSet, condition ?? null);
      }
      case Kind.FRAGMENT_SPREAD: {
        const name = selection.name.value;
        const known = measured.get(name);
        const fragment = fragments.get(name);
        if (known !== undefined || fragment === undefined) return known ?? nothing;
        measured.set(name, nothing);
        const measures = measure(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value) ?? null);
        measured.set(name, measures);
        return measures;
      }
    }
  };
  return measure;
}

function listsOf(type: unknown): number {
  if (isNonNullType(type)) return listsOf(type.ofType);
  return isListType(type) ? 1 + listsOf(type.ofType) : 0;
}

const together = (a: Measures, b: Measures): Measures => ({
  depth: Math.max(a.depth, b.depth),
  fields: Math.min(uncounted, a.fields + b.fields),
  aliases: Math.min(uncounted, a.aliases + b.aliases),
  directives: Math.min(uncounted, a.directives + b.directives),
  nestedLists: Math.max(a.nestedLists, b.nestedLists),
});
