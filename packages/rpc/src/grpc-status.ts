import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { type Metadata, Metadata as GrpcMetadata, type ServiceError, status } from "@grpc/grpc-js";
import { DomainError, type SerializedError, serializeError } from "@dagwright/model";
import {
  CallTimeoutError,
  CodeLocationUnreachableError,
  PayloadTooLargeError,
  ProtocolVersionError,
  RemoteError,
  UnauthenticatedError,
  UserCodeError,
} from "./errors.ts";
import { messageLimitBytes } from "./limits.ts";

/**
 * How expected failures travel: the status says who can act, the trailer below which failure it was.
 * A kind that is not in this table travels as INTERNAL, and still by its name.
 */
const statusByKind: Readonly<Record<string, status>> = {
  CodeLocationStoppingError: status.UNAVAILABLE,
  ShutdownNotSupportedError: status.FAILED_PRECONDITION,
  LocationNotLoadedError: status.FAILED_PRECONDITION,
  LocationSnapshotNotFoundError: status.NOT_FOUND,
  RunNotTakenError: status.ABORTED,
  RunLaunchError: status.FAILED_PRECONDITION,
  EvaluatorExitedError: status.ABORTED,
  InvalidLogKeyError: status.INVALID_ARGUMENT,
  PipelineNotFoundError: status.NOT_FOUND,
  ScheduleNotFoundError: status.NOT_FOUND,
  SensorNotFoundError: status.NOT_FOUND,
  MalformedPayloadError: status.INVALID_ARGUMENT,
  ExecutionPlanError: status.INVALID_ARGUMENT,
  PayloadTooLargeError: status.RESOURCE_EXHAUSTED,
  UnauthenticatedError: status.UNAUTHENTICATED,
  UserCodeError: status.UNKNOWN,
  EvaluationTimeoutError: status.ABORTED,
  SnapshotMismatchError: status.FAILED_PRECONDITION,
};

const trailer = "dagwright-error-bin";
/** HTTP/2 peers refuse more than some tens of kilobytes of headers. */
const trailerLimitBytes = 12_000;
/** Decompressed; a trailer that claims more is not ours. */
const trailerTextLimitBytes = 1_000_000;

interface ErrorTrailer {
  readonly kind: string;
  readonly message: string;
  readonly error: SerializedError | null;
}

/** Translates what a handler threw into what the client gets. Failures that nobody expected keep their stack on this side. */
export function toGrpcStatus(thrown: unknown): { readonly code: status; readonly details: string; readonly metadata?: Metadata } {
  if (!(thrown instanceof DomainError)) {
    return { code: status.INTERNAL, details: firstLine(thrown instanceof Error ? thrown.message : String(thrown)) };
  }
  const carried = thrown instanceof UserCodeError || thrown instanceof RemoteError ? thrown.error : causeOf(thrown);
  const metadata = new GrpcMetadata();
  metadata.set(trailer, encodeTrailer({ kind: thrown.kind, message: thrown.message, error: carried }));
  return { code: statusByKind[thrown.kind] ?? status.INTERNAL, details: firstLine(thrown.message), metadata };
}

/** Translates a failed call into the error to throw on this side. */
export function fromGrpcStatus(
  error: ServiceError,
  call: { readonly method: string; readonly address: string; readonly timeoutMs: number },
): Error {
  const told = decodeTrailer(error.metadata);
  if (told !== null) {
    if (told.kind === "UserCodeError" && told.error !== null) return new UserCodeError(told.error);
    if (told.kind === "UnauthenticatedError") return new UnauthenticatedError(call.address);
    return new RemoteError(told.kind, told.message, {}, told.error);
  }
  switch (error.code) {
    case status.UNAVAILABLE:
      return new CodeLocationUnreachableError(call.address, error.details, { cause: error });
    case status.DEADLINE_EXCEEDED:
      return new CallTimeoutError(call.method, call.address, call.timeoutMs);
    case status.UNAUTHENTICATED:
      return new UnauthenticatedError(call.address);
    case status.RESOURCE_EXHAUSTED:
      return new PayloadTooLargeError(`A message of ${call.method}`, messageLimitBytes, { cause: error });
    case status.UNIMPLEMENTED:
      return new ProtocolVersionError(
        `The server at ${call.address} does not know ${call.method}; it is older than this process. Update it`,
        { cause: error },
      );
    case status.OK:
    case status.CANCELLED:
    case status.UNKNOWN:
    case status.INVALID_ARGUMENT:
    case status.NOT_FOUND:
    case status.ALREADY_EXISTS:
    case status.PERMISSION_DENIED:
    case status.FAILED_PRECONDITION:
    case status.ABORTED:
    case status.OUT_OF_RANGE:
    case status.INTERNAL:
    case status.DATA_LOSS:
      return new Error(`${call.method} at ${call.address} failed: ${error.details}`, { cause: error });
  }
}

/** Whether a call that failed so may succeed when it is made again: the location is away, draining or not loaded yet, or a run has another launch. */
export function isTransientCallError(error: unknown): boolean {
  return (
    error instanceof DomainError &&
    [
      "CodeLocationUnreachableError",
      "CallTimeoutError",
      "CodeLocationStoppingError",
      "LocationNotLoadedError",
      "RunNotTakenError",
    ].includes(error.kind)
  );
}

const causeOf = (error: Error): SerializedError | null => (error.cause === undefined ? null : serializeError(error.cause));
/** gRPC status texts are headers: printable, one line, short. */
const firstLine = (text: string): string => (text.split("\n", 1)[0] ?? "").slice(0, 2_000);

function encodeTrailer(told: ErrorTrailer): Buffer {
  // Stacks go first when room is short, then causes, then the end of a long message.
  const forms = [
    told,
    { ...told, error: withoutStacks(told.error) },
    { ...told, message: told.message.slice(0, 2_000), error: shortened(told.error) },
  ];
  for (const form of forms) {
    const text = Buffer.from(JSON.stringify(form));
    if (text.length > trailerTextLimitBytes) continue;
    const bytes = zstdCompressSync(text);
    if (bytes.length <= trailerLimitBytes) return bytes;
  }
  return zstdCompressSync(JSON.stringify({ kind: told.kind, message: told.message.slice(0, 2_000), error: null }));
}

function withoutStacks(error: SerializedError | null): SerializedError | null {
  if (error === null) return null;
  const cause = withoutStacks(error.cause ?? null);
  return { ...error, stack: error.stack.slice(0, 8), ...(cause !== null && { cause }) };
}

function shortened(error: SerializedError | null): SerializedError | null {
  return error === null
    ? null
    : {
        name: error.name.slice(0, 200),
        message: error.message.slice(0, 4_000),
        stack: error.stack.slice(0, 8).map((line) => line.slice(0, 300)),
      };
}

function decodeTrailer(metadata: Metadata | undefined): ErrorTrailer | null {
  const bytes = metadata?.get(trailer)[0];
  if (!Buffer.isBuffer(bytes)) return null;
  try {
    const value = JSON.parse(
      zstdDecompressSync(bytes, { maxOutputLength: trailerTextLimitBytes }).toString(),
    ) as Partial<ErrorTrailer>;
    if (typeof value.kind !== "string" || typeof value.message !== "string") return null;
    return { kind: value.kind, message: value.message, error: value.error ?? null };
  } catch {
    return null;
  }
}
