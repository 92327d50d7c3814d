import { ValueNotFoundError } from "../errors.ts";
import type { InputContext, IoManager, OutputContext } from "./io-manager.ts";
import { valuePath } from "./value-path.ts";

/**
 * Keeps values in this process's memory, as they are: nothing is copied or written. For tests, and for runs of the in-process
 * executor whose values nobody needs afterwards.
 */
export class InMemoryIOManager implements IoManager {
  readonly isProcessLocal = true;
  readonly #values = new Map<string, unknown>();

  handleOutput({ address }: OutputContext, value: unknown): void {
    this.#values.set(valuePath(address).join("/"), value);
  }

  loadInput({ address }: InputContext): unknown {
    const key = valuePath(address).join("/");
    if (!this.#values.has(key)) throw new ValueNotFoundError(address, "this process's memory");
    return this.#values.get(key);
  }
}
