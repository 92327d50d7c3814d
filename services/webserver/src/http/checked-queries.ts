import type { DocumentNode, GraphQLSchema } from "graphql";

import { parseWithinLimits, type QueryLimits } from "./query-limits.ts";

const mostKept = 1_000;
const longestKept = 64 * 1024;

/** Remembers which queries are within the limits: clients send the same ones all day. */
export class CheckedQueries {
  readonly #limits: QueryLimits;
  readonly #checked = new Set<string>();

  constructor(limits: QueryLimits) {
    this.#limits = limits;
  }

  /** @throws GraphQLError for a query that does not parse or asks for too much */
  check(query: string, schema: GraphQLSchema): void {
    if (this.#checked.has(query)) return;
    this.parse(query, schema);
    if (query.length > longestKept) return;
    if (this.#checked.size >= mostKept) this.#checked.clear();
    this.#checked.add(query);
  }

  /** @throws GraphQLError as {@link check} */
  parse(query: string, schema: GraphQLSchema): DocumentNode {
    return parseWithinLimits(query, schema, this.#limits);
  }
}
