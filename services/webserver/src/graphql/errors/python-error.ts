import { type SerializedError, serializeError } from "@dagwright/model";

import type * as gql from "../../gen/types.ts";

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

export const toPythonErrorOrNull = (error: SerializedError | null): gql.PythonError | null =>
  error === null ? null : toPythonError(error);

/** What was thrown, with the id under which the server's log has it. */
export const toReferencedPythonError = (thrown: unknown, correlationId: string): gql.PythonError => {
  const error = serializeError(thrown);
  return toPythonError({ ...error, message: `${error.message} (correlation id ${correlationId})` });
};

function causes(error: SerializedError): SerializedError[] {
  const chain: SerializedError[] = [];
  for (let cause = error.cause; cause !== undefined; cause = cause.cause) chain.push(cause);
  return chain;
}
