import { DomainError } from "./domain-error.ts";
import { type InstanceBackend, type InstanceRequest, remoteInstance } from "./instance-methods.ts";
import { type SerializedError, serializeError } from "./serialized-error.ts";

/** What became of a request to the instance, as it travels back. */
export type InstanceAnswer = { readonly value: unknown } | { readonly error: SerializedError };

/** The instance could not do what a step asked of it. */
export class InstanceRequestError extends DomainError<"InstanceRequestError"> {
  constructor(method: string, error: SerializedError) {
    super("InstanceRequestError", `The instance could not answer "${method}": ${error.message}`, { cause: error });
  }
}

/** The requests to an instance that somebody beyond a channel answers. */
export class PendingInstanceRequests {
  readonly #pending = new Map<number, PromiseWithResolvers<unknown> & { readonly method: string }>();
  #lastId = 0;

  /** An instance whose requests are sent; whoever gets one answers by {@link settle} with the same id. */
  backend(send: (id: number, request: InstanceRequest) => void): InstanceBackend {
    return remoteInstance((request) => {
      this.#lastId += 1;
      const pending = Promise.withResolvers<unknown>();
      this.#pending.set(this.#lastId, { ...pending, method: request.method });
      send(this.#lastId, request);
      return pending.promise;
    });
  }

  settle(id: number, answer: InstanceAnswer): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (pending === undefined) return;
    if ("error" in answer) pending.reject(new InstanceRequestError(pending.method, answer.error));
    else pending.resolve(answer.value);
  }
}

/** Answers a request, whatever comes of it. */
export async function settleInstanceRequest(answer: () => Promise<unknown>): Promise<InstanceAnswer> {
  try {
    return { value: await answer() };
  } catch (error) {
    return { error: serializeError(error) };
  }
}
