import { getNamedType, type GraphQLSchema, isUnionType } from "graphql";

import type * as gql from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { toMember } from "../errors/one-of.ts";
import { asksItself, requirePermission } from "./mutation-permissions.ts";

type MutationName = keyof gql.Mutation;
type Resolver = (root: unknown, args: never, context: GraphContext) => unknown;

/**
 * The mutations, each behind what it needs. A refusal is the `UnauthorizedError` of the mutation's union; one that answers with no union fails by it.
 */
export function guarded(mutations: gql.Mutation, schema: GraphQLSchema): Readonly<Record<MutationName, Resolver>> {
  const fields = schema.getMutationType()?.getFields() ?? {};
  const entries = (Object.keys(mutations) as MutationName[]).map((name): [MutationName, Resolver] => {
    const resolve = mutations[name] as Resolver;
    if (asksItself.has(name)) return [name, resolve];
    const type = fields[name] === undefined ? null : getNamedType(fields[name].type);
    const guardedResolver: Resolver = async (root, args, context) => {
      try {
        await requirePermission(name, args, context);
      } catch (error) {
        if (!isUnionType(type)) throw error;
        return toMember(type.name as keyof gql.Unions, error, context);
      }
      return await resolve(root, args, context);
    };
    return [name, guardedResolver];
  });
  return Object.fromEntries(entries) as Record<MutationName, Resolver>;
}
