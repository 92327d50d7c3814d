import { randomUUID } from "node:crypto";

import { DomainError } from "@dagwright/model";

import { unionMembers, type Unions } from "../../gen/types.ts";
import type { GraphContext } from "../context.ts";
import { toReferencedPythonError } from "./python-error.ts";

/**
 * Makes a resolver answer its expected failures as members of its field's union.
 *
 * A {@link DomainError} whose `kind` is a member's name becomes that member, with the error's fields. Anything else is logged with a correlation id
 * and becomes PythonError, or is thrown on where the union has none (the answer's status is then 500).
 */
export function oneOf<Name extends keyof Unions, Args>(
  union: Name,
  resolve: (root: unknown, args: Args, context: GraphContext) => Promise<Unions[Name]> | Unions[Name],
): (root: unknown, args: Args, context: GraphContext) => Promise<Unions[Name]> | Unions[Name] {
  const failed = (thrown: unknown, context: GraphContext): Unions[Name] => toMember(union, thrown, context);
  return (root, args, context) => {
    try {
      const value = resolve(root, args, context);
      return value instanceof Promise ? value.catch((thrown: unknown) => failed(thrown, context)) : value;
    } catch (thrown) {
      return failed(thrown, context);
    }
  };
}

/** The member of the union that stands for what was thrown; throws it on when there is none. */
export function toMember<Name extends keyof Unions>(union: Name, thrown: unknown, context: GraphContext): Unions[Name] {
  const members: readonly string[] = unionMembers[union];
  if (thrown instanceof DomainError && members.includes(thrown.kind)) {
    // The kind names the member, and the error's class has that type's fields.
    return Object.assign({}, thrown, { message: thrown.message, __typename: thrown.kind }) as unknown as Unions[Name];
  }
  if (!members.includes("PythonError")) throw thrown;
  context.isMomentary = true;
  const correlationId = randomUUID();
  context.log.error({ err: thrown, correlationId, union }, "A GraphQL field failed");
  return toReferencedPythonError(thrown, correlationId) as unknown as Unions[Name];
}
