import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  validate,
  visit,
} from "graphql";

import { parseWithinLimits, type QueryLimits, refuseTooManyValues } from "../http/query-limits.ts";
import { KnownOperation } from "./known-operation.ts";

/** A query as a client sent it: parsed, measured, checked against the schema. */
export interface KnownQuery {
  readonly document: DocumentNode;
  /** Why it does not fit the schema; empty: it fits. */
  readonly problems: readonly GraphQLError[];
  /** Null when a name is needed to choose by, or none has that name. */
  operation(name: string | null): KnownOperation | null;
}

/** The web UI has some 300 operations; scripts and its later versions have theirs. */
const mostKept = 1_000;
const longestKept = 64 * 1024;
/** Of all that are kept. A parsed query takes some fifty bytes for each, and a client may send as many queries as it likes. */
const mostCharacters = 1_500_000;

/** Remembers queries, and how their operations are carried out: clients send the same ones all day. */
export class KnownQueries {
  readonly schema: GraphQLSchema;
  readonly #limits: QueryLimits;
  readonly #known = new Map<string, KnownQuery>();
  #characters = 0;

  constructor(schema: GraphQLSchema, limits: QueryLimits) {
    this.schema = schema;
    this.#limits = limits;
  }

  /** @throws GraphQLError for a query that does not parse or asks for too much */
  read(query: string): KnownQuery {
    const known = this.#known.get(query) ?? this.#check(parseWithinLimits(query, this.schema, this.#limits));
    if (query.length > longestKept || known.problems.length > 0) return known;
    // The one used last is the last to go.
    this.#drop(query);
    this.#known.set(query, known);
    this.#characters += query.length;
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= mostKept && this.#characters <= mostCharacters) break;
      this.#drop(oldest);
    }
    return known;
  }

  /** @throws GraphQLError for more than is taken */
  checkVariables(variables: Readonly<Record<string, unknown>>): void {
    refuseTooManyValues(variables, this.#limits);
  }

  #drop(query: string): void {
    if (this.#known.delete(query)) this.#characters -= query.length;
  }

  #check(document: DocumentNode): KnownQuery {
    const problems = problemsOf(this.schema, document);
    forgetTokens(document);
    const fragments = new Map<string, FragmentDefinitionNode>();
    const nodes: OperationDefinitionNode[] = [];
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
      if (definition.kind === Kind.OPERATION_DEFINITION) nodes.push(definition);
    }
    const operations = nodes.map((node) => new KnownOperation(this.schema, node, fragments));
    const single = operations.length === 1 ? operations[0]! : null;
    return {
      document,
      problems,
      operation: (name) => (name === null ? single : (operations.find(({ node }) => node.name?.value === name) ?? null)),
    };
  }
}

/** The rules call themselves along fragments that lead to one another; those of a text that is made for that end them. */
function problemsOf(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  try {
    return validate(schema, document);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [new GraphQLError("The fragments lead to one another in too many ways for the query to be checked")];
  }
}

/** A place in the text holds on to all tokens around it; errors need only where it begins, and the tokens are half of what a parsed query takes. */
function forgetTokens(document: DocumentNode): void {
  visit(document, {
    enter({ loc }) {
      if (loc !== undefined) Object.assign(loc, { startToken: undefined, endToken: undefined });
    },
  });
}
