import { setTimeout as delay } from "node:timers/promises";
import type { Stack } from "../stack/stack.ts";
import type { Program } from "../stack/program.ts";
import type { Random } from "./random.ts";

/** Keeps the programs of a stack running, as a container platform does: what ends is started again after a moment. */
export class Supervisor implements AsyncDisposable {
  readonly #stop = new AbortController();
  readonly #watches: readonly Promise<void>[];
  /** The webserver's address changes with each of its lives. */
  webserverUrl: string;

  constructor(stack: Stack, random: Random) {
    this.webserverUrl = stack.url();
    this.#watches = [
      this.#keep(stack.webserver, random, (url) => (this.webserverUrl = url)),
      this.#keep(stack.codeLocation, random),
      ...stack.daemons.map((daemon) => this.#keep(daemon, random)),
    ];
  }

  async #keep(program: Program, random: Random, onUp: (url: string) => void = () => undefined): Promise<void> {
    while (!this.#stop.signal.aborted) {
      if (!program.isRunning) {
        await delay(random.between(0, 300));
        // One that dies before it serves is one more death, and is started again.
        await program.start().then(onUp, () => undefined);
      }
      await delay(50);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#watches);
  }
}
