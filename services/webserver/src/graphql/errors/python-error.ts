import type { SerializedError } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";
import { toPublicError } from "./public-error.ts";

/** An error as GraphQL shows it; the type has Dagster's name whatever language the error comes from. */
export function toPythonError(error: SerializedError): gql.PythonError {
  return {
    __typename: "PythonError",
    message: `${error.name}: ${error.message}\n`,
    className: error.name,
    stack: error.stack.map((line) => `${line}\n`),
    cause: () => (error.cause === undefined ? null : toPythonError(error.cause)),
    causes: () => causes(error).map(toPythonError),
    errorChain: () =>
      causes(error).map((cause) => ({
        __typename: "ErrorChainLink",
        message: cause.message,
        error: toPythonError(cause),
        isExplicitLink: true,
      })),
  };
}

/**
 * Why a step failed. With Dagster the error is that the step failed, whose message says no more than that, and its cause is what the step's code threw;
 * here the error is that itself, so that whoever reads only the message learns why. Scripts that go by the cause find it there, too.
 */
export const toStepErrorOrNull = (error: SerializedError | null): gql.PythonError | null =>
  error === null
    ? null
    : {
        ...toPythonError(error),
        cause: () => toPythonError(error),
        causes: () => [error, ...causes(error)].map(toPythonError),
      };

export const toPythonErrorOrNull = (error: SerializedError | null): gql.PythonError | null =>
  error === null ? null : toPythonError(error);

/** What clients are told of what was thrown, with the id under which the server's log has all of it. */
export const toReferencedPythonError = (thrown: unknown, correlationId: string): gql.PythonError =>
  toPythonError(toPublicError(thrown, correlationId));

function causes(error: SerializedError): SerializedError[] {
  const chain: SerializedError[] = [];
  for (let cause = error.cause; cause !== undefined; cause = cause.cause) chain.push(cause);
  return chain;
}
