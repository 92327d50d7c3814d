import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  validate,
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

/** Remembers queries, and how their operations are carried out: clients send the same ones all day. */
export class KnownQueries {
  readonly schema: GraphQLSchema;
  readonly #limits: QueryLimits;
  readonly #known = new Map<string, KnownQuery>();

  constructor(schema: GraphQLSchema, limits: QueryLimits) {
    this.schema = schema;
    this.#limits = limits;
  }

  /** @throws GraphQLError for a query that does not parse or asks for too much */
  read(query: string): KnownQuery {
    const known = this.#known.get(query) ?? this.#check(parseWithinLimits(query, this.schema, this.#limits));
    if (query.length > longestKept || known.problems.length > 0) return known;
    // The one used last is the last to go.
    this.#known.delete(query);
    this.#known.set(query, known);
    const oldest = this.#known.keys().next();
    if (this.#known.size > mostKept && oldest.done !== true) this.#known.delete(oldest.value);
    return known;
  }

  /** @throws GraphQLError for more than is taken */
  checkVariables(variables: Readonly<Record<string, unknown>>): void {
    refuseTooManyValues(variables, this.#limits);
  }

  #check(document: DocumentNode): KnownQuery {
    const problems = validate(this.schema, document);
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
