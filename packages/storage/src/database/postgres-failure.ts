import { DomainError } from "@dagwright/model";
import { StatementTimeoutError, StorageRefusedError, StorageUnavailableError } from "../errors.ts";

/** Where a connection leads, for messages: never with its password. */
export interface ConnectionTarget {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** SQLSTATE or Node's error code, when it has one. */
export function failureCode(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}

/** SQLSTATEs after which the same transaction may be tried again: serialization, deadlock, lock and idle timeouts, shutdown, too many connections. */
const transientStates = new Set([
  "25P03",
  "40001",
  "40P01",
  "55P03",
  "57P01",
  "57P02",
  "57P03",
  "57P05",
  "53300",
  "53200",
  "53100",
  "08P01",
]);

/** The server gave up one of two that had each other wait, or that saw each other's half: whoever was chosen does it all again. */
export const hasLostToAnother = (error: unknown): boolean =>
  error instanceof StorageUnavailableError && ["40001", "40P01"].includes(failureCode(error.cause) ?? "");

const networkCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENOENT",
]);

/** SQLSTATEs that say that a table, column or function of ours is not what this build expects. */
const schemaStates = new Set(["42P01", "42703", "42883", "3F000", "42P10"]);

export const tellsOfAnotherSchema = (error: unknown): boolean => schemaStates.has(failureCode(error) ?? "");

/**
 * Turns what `pg` throws into our errors: retryable, refused, or (a bug, or a constraint that a store handles) the error itself.
 *
 * @param timeoutMs - the limit that the statement had; 0: none
 */
export function classifyFailure(error: unknown, target: ConnectionTarget, timeoutMs = 0): unknown {
  if (error instanceof DomainError || !(error instanceof Error)) return error;
  const code = failureCode(error);
  const at = `${target.host}:${target.port}`;
  switch (code) {
    case "28P01":
    case "28000":
      return new StorageRefusedError(
        "StorageRefusedError",
        `Postgres at ${at} refuses user "${target.user}" for database "${target.database}" (${error.message}). Check user and password in the storage settings`,
        { cause: error },
      );
    case "3D000":
      return new StorageRefusedError(
        "StorageRefusedError",
        `Postgres at ${at} has no database "${target.database}". Create it (createdb ${target.database}) or correct the name in the storage settings`,
        { cause: error },
      );
    case "42501":
      return new StorageRefusedError(
        "StorageRefusedError",
        `Postgres at ${at} does not allow user "${target.user}" this in database "${target.database}": ${error.message}. Grant it, or let the owner run "dagwright instance migrate"`,
        { cause: error },
      );
    case "57014":
      return new StatementTimeoutError(`Postgres at ${at}, database "${target.database}"`, error.message, timeoutMs, {
        cause: error,
      });
    case null:
      break;
    default:
      if (networkCodes.has(code))
        return new StorageUnavailableError("StorageUnavailableError", unreachableMessage(code, target), { cause: error });
      if (transientStates.has(code) || code.startsWith("08")) {
        return new StorageUnavailableError(
          "StorageUnavailableError",
          `Postgres at ${at}, database "${target.database}": ${error.message}. It may be tried again`,
          { cause: error },
        );
      }
      return error;
  }
  if (
    /Connection terminated|timeout exceeded when trying to connect|timeout expired|not queryable|Client was closed|Connection ended/i.test(
      error.message,
    )
  ) {
    return new StorageUnavailableError(
      "StorageUnavailableError",
      `The connection to Postgres at ${at}, database "${target.database}", was lost (${error.message}). It may be tried again`,
      { cause: error },
    );
  }
  if (/password must be a string|no password supplied/i.test(error.message)) {
    return new StorageRefusedError(
      "StorageRefusedError",
      `Postgres at ${at} wants a password for user "${target.user}", database "${target.database}", and none was given. Set it in the storage settings`,
      { cause: error },
    );
  }
  return error;
}

function unreachableMessage(code: string, target: ConnectionTarget): string {
  const what = `Postgres at ${target.host}:${target.port} (database "${target.database}") cannot be reached: ${code}`;
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return `${what}. The host name is not known; check it in the storage settings`;
  if (code === "ECONNREFUSED")
    return `${what}. Nothing listens there; check that Postgres is up, and host and port in the storage settings`;
  return `${what}. Check that Postgres is up and that the network leads there`;
}
