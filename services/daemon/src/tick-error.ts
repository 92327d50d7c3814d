import { DomainError, type SerializedError, serializeError } from "@dagwright/model";
import { UserCodeError } from "@dagwright/rpc";

/**
 * What a tick tells of what it failed of. What user code threw comes with its own calls. An expected failure says all in its message: the calls that
 * found it are ours, and nobody's who reads the tick. Anything else is a bug of ours and keeps them.
 */
export function tickError(error: unknown): SerializedError {
  if (error instanceof UserCodeError) return error.error;
  const serialized = serializeError(error);
  return error instanceof DomainError ? { ...serialized, stack: [] } : serialized;
}
