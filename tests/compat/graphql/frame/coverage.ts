import { getNamedType, type GraphQLObjectType, type GraphQLSchema, isUnionType } from "graphql";
import type { Answer } from "./server.ts";

/** The root fields of queries and mutations and the members of their unions: `Query.runOrError`, `Query.runOrError | Run`. */
export function everyAnswer(schema: GraphQLSchema): readonly string[] {
  const roots = [schema.getQueryType(), schema.getMutationType()].filter((type) => type !== null && type !== undefined);
  return roots.flatMap((root: GraphQLObjectType) =>
    Object.values(root.getFields()).flatMap(({ name, type }) => {
      const field = `${root.name}.${name}`;
      const named = getNamedType(type);
      return isUnionType(named) ? named.getTypes().map((member) => `${field} | ${member.name}`) : [field];
    }),
  );
}

/** Those of them that have been answered. */
export function answersMet(schema: GraphQLSchema, answers: Iterable<Answer>): ReadonlySet<string> {
  const mutations = schema.getMutationType()?.getFields() ?? {};
  const met = new Set<string>();
  for (const { data } of answers) {
    for (const [field, value] of Object.entries((data ?? {}) as object)) {
      const path = `${field in mutations ? "Mutation" : "Query"}.${field}`;
      const { __typename } = (value ?? {}) as { readonly __typename?: string };
      met.add(path);
      if (__typename !== undefined) met.add(`${path} | ${__typename}`);
    }
  }
  return met;
}
