import type { ResourceContext, ResourceDefinition } from "@dagwright/definitions";
import { dispose } from "./dispose.ts";

type Teardown = Generator<unknown, unknown> | AsyncGenerator<unknown, unknown>;

/** A resource that was made, and how it goes away again. */
export class MadeResource implements AsyncDisposable {
  readonly key: string;
  readonly value: unknown;
  /** The init function, waiting behind its `yield`. */
  readonly #teardown: Teardown | null;
  readonly #isValue: boolean;

  private constructor(key: string, value: unknown, teardown: Teardown | null, isValue: boolean) {
    this.key = key;
    this.value = value;
    this.#teardown = teardown;
    this.#isValue = isValue;
  }

  /** Calls the init function; one that is a generator is taken to its `yield`. */
  static async from(key: string, definition: ResourceDefinition, context: ResourceContext): Promise<MadeResource> {
    const given: unknown = definition.init(context as never);
    const isValue = definition.isValue === true;
    if (isValue || !isGenerator(given)) return new MadeResource(key, isValue ? given : await given, null, isValue);
    const first = await given.next();
    if (first.done === true) throw new Error("its generator ended without a `yield` of its value");
    return new MadeResource(key, first.value, given, false);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isValue) return;
    if (this.#teardown === null) return dispose(this.value);
    const { done } = await this.#teardown.next();
    if (done === true) return;
    await this.#teardown.return(undefined);
    throw new Error("its generator yielded a second time; it may yield its value once, and tear it down after that");
  }
}

/** By what it is, not by the function that made it: a wrapper around a generator function counts as well. */
function isGenerator(value: unknown): value is Teardown {
  const kind = Object.prototype.toString.call(value);
  return kind === "[object Generator]" || kind === "[object AsyncGenerator]";
}
