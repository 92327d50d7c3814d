import { DomainError, type SerializedError, serializeError } from "@dagwright/model";
import { isTransientCallError, RemoteError, UserCodeError } from "@dagwright/rpc";
import { StatementTimeoutError, StorageUnavailableError } from "@dagwright/storage";

/** A query took longer than the server lets it. */
export class QueryTimeoutError extends DomainError<"QueryTimeoutError"> {
  constructor(timeoutMs: number) {
    super(
      "QueryTimeoutError",
      `The query took longer than ${timeoutMs / 1000} s and was ended, with what it had the database do; ask for less at once`,
    );
  }
}

/**
 * What clients are told of a failure. Expected ones say what they have to say, and what user code threw is shown as it is; of everything else (a bug, or what
 * a library or the database says, with SQL, addresses and paths in it) there is only what it is called and where the log has it.
 */
export function toPublicError(thrown: unknown, correlationId: string): SerializedError {
  if (thrown instanceof UserCodeError) return thrown.error;
  if (thrown instanceof RemoteError && thrown.error !== null) return thrown.error;
  const { name, message } = serializeError(thrown);
  const told = (text: string): SerializedError => ({ name, message: `${text} (correlation id ${correlationId})`, stack: [] });
  if (thrown instanceof StatementTimeoutError)
    return told(`The database was not done within ${thrown.timeoutMs} ms and was told to stop; ask for less at once`);
  if (thrown instanceof StorageUnavailableError) return told("The database cannot be reached now; try again");
  if (thrown instanceof DomainError) return told(message);
  return told("Something failed that should not have; the webserver's log has it under this id");
}

/** Who can do something about it: the client, nobody but time, an administrator, or we. */
export function statusOfFailure(thrown: unknown): 400 | 403 | 500 | 503 {
  if (thrown instanceof StatementTimeoutError) return 400;
  if (thrown instanceof StorageUnavailableError || isTransientCallError(thrown)) return 503;
  if (thrown instanceof UserCodeError || !(thrown instanceof DomainError)) return 500;
  return thrown.kind === "UnauthorizedError" ? 403 : 400;
}
