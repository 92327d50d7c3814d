import { type CodeLocationName, DomainError, type JsonObject, type SerializedError, type SnapshotId } from "@dagwright/model";

// ---- the environment: trying again may help ---------------------------------------------------------------------------------------------------

/** Nobody answers at a code location's address. */
export class CodeLocationUnreachableError extends DomainError<"CodeLocationUnreachableError"> {
  readonly address: string;
  constructor(address: string, reason: string, options?: ErrorOptions) {
    super("CodeLocationUnreachableError", `No code-location server can be reached at ${address}: ${reason}`, options);
    this.address = address;
  }
}

/** A call took longer than its deadline. */
export class CallTimeoutError extends DomainError<"CallTimeoutError"> {
  constructor(method: string, address: string, timeoutMs: number) {
    super("CallTimeoutError", `${method} at ${address} did not answer within ${timeoutMs} ms`);
  }
}

/** The server is draining: it takes no new runs. */
export class CodeLocationStoppingError extends DomainError<"CodeLocationStoppingError"> {
  constructor(name: CodeLocationName | string) {
    super("CodeLocationStoppingError", `Code location "${name}" is stopping and takes no new runs; try again when it is back`);
  }
}

// ---- the caller -------------------------------------------------------------------------------------------------------------------------------

/** The server wants a token that the caller did not present. */
export class UnauthenticatedError extends DomainError<"UnauthenticatedError"> {
  constructor(address: string) {
    super(
      "UnauthenticatedError",
      `The code-location server at ${address} refused the token; give both sides the same one (DAGWRIGHT_CODE_LOCATION_TOKEN)`,
    );
  }
}

/** The server ends with the process that started it, and not before. */
export class ShutdownNotSupportedError extends DomainError<"ShutdownNotSupportedError"> {
  constructor(name: string) {
    super(
      "ShutdownNotSupportedError",
      `The server of code location "${name}" belongs to the program that started it and cannot be ended alone; reload the location, or restart that program`,
    );
  }
}

/** The code has moved on: the definitions asked for are neither live nor kept. */
export class LocationSnapshotNotFoundError extends DomainError<"LocationSnapshotNotFoundError"> {
  constructor(name: CodeLocationName | string, snapshotId: SnapshotId | string, liveSnapshotId: string) {
    super(
      "LocationSnapshotNotFoundError",
      `Code location "${name}" does not have snapshot ${snapshotId} any more; ${liveSnapshotId === "" ? "none is live" : `${liveSnapshotId} is live`}`,
    );
  }
}

/** No generation of the user's code serves, because none could be loaded yet. */
export class LocationNotLoadedError extends DomainError<"LocationNotLoadedError"> {
  constructor(name: CodeLocationName | string, reason: string) {
    super("LocationNotLoadedError", `Code location "${name}" has no code loaded: ${reason}`);
  }
}

/** A message exceeds what the wire carries. */
export class PayloadTooLargeError extends DomainError<"PayloadTooLargeError"> {
  constructor(what: string, limitBytes: number, options?: ErrorOptions) {
    super("PayloadTooLargeError", `${what} is larger than ${limitBytes} bytes`, options);
  }
}

/** Bytes that are no zstd-compressed JSON. */
export class MalformedPayloadError extends DomainError<"MalformedPayloadError"> {
  constructor(what: string, options?: ErrorOptions) {
    super("MalformedPayloadError", `${what} is not zstd-compressed JSON`, options);
  }
}

/** The server is older or newer than this caller, and they cannot understand one another. */
export class ProtocolVersionError extends DomainError<"ProtocolVersionError"> {
  constructor(message: string, options?: ErrorOptions) {
    super("ProtocolVersionError", message, options);
  }
}

/** An address that is neither `host:port` nor `unix:PATH`. */
export class AddressError extends DomainError<"AddressError"> {
  constructor(address: string, problem: string) {
    super("AddressError", `"${address}" is no address to serve or call a code location at: ${problem}`);
  }
}

/** The port executes code, so it is not opened to others without TLS or a token. */
export class InsecureListenError extends DomainError<"InsecureListenError"> {
  constructor(address: string) {
    super(
      "InsecureListenError",
      `Refusing to serve code at ${address} without TLS or a token: whoever reaches this port can execute code. ` +
        `Set a token (DAGWRIGHT_CODE_LOCATION_TOKEN), give a certificate, listen on 127.0.0.1, or say that the network is private (--insecure)`,
    );
  }
}

/** The address to serve at is taken or not ours. */
export class ListenError extends DomainError<"ListenError"> {
  constructor(address: string, cause: unknown) {
    super("ListenError", `Cannot serve at ${address}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

// ---- user code --------------------------------------------------------------------------------------------------------------------------------

/** User code threw while it was loaded or evaluated. */
export class UserCodeError extends DomainError<"UserCodeError"> {
  /** What user code threw, its stack apart from ours. */
  readonly error: SerializedError;
  constructor(error: SerializedError) {
    super("UserCodeError", error.message);
    this.error = error;
  }
}

/** User code did not come to an end within its deadline; its process was ended. */
export class EvaluationTimeoutError extends DomainError<"EvaluationTimeoutError"> {
  constructor(what: string, timeoutMs: number) {
    super("EvaluationTimeoutError", `${what} did not finish within ${timeoutMs} ms; its evaluation was ended`);
  }
}

// ---- anything else that the other side named ------------------------------------------------------------------------------------------------------

/** An expected failure of the server that this version of the client has no class for. */
export class RemoteError extends DomainError {
  /** What else the failure said about itself. */
  readonly details: JsonObject;
  readonly error: SerializedError | null;
  constructor(kind: string, message: string, details: JsonObject, error: SerializedError | null) {
    super(kind, message);
    this.details = details;
    this.error = error;
  }
}
