/** The wish to end this process: Ctrl-C, SIGTERM, or the death of the process that supervises it. */
export interface Shutdown extends Disposable {
  /** Aborts when it is time to go. */
  readonly signal: AbortSignal;
  /** Resolves then, with what asked for it. */
  readonly requested: Promise<string>;
}

/** One Ctrl-C can arrive twice: from the terminal, and passed on by the package manager that started us. */
const sameKeyMs = 500;

/**
 * Listens for SIGINT and SIGTERM, and for the loss of the supervisor when the process was started with a channel to one. The second
 * SIGINT ends the process at once: somebody at a terminal does not want to wait.
 */
export function onShutdown(): Shutdown {
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<string>();
  let interruptedAt: number | null = null;
  const request = (why: string): void => {
    if (why === "SIGINT" && performance.now() - (interruptedAt ?? Infinity) > sameKeyMs) process.exit(130);
    if (why === "SIGINT") interruptedAt ??= performance.now();
    resolve(why);
    controller.abort(new Error(`stopping: ${why}`));
  };
  const onSigint = (): void => request("SIGINT");
  const onSigterm = (): void => request("SIGTERM");
  const onDisconnect = (): void => request("the supervisor is gone");
  process.on("SIGINT", onSigint);
  process.on("SIGTERM", onSigterm);
  if (process.send !== undefined) process.on("disconnect", onDisconnect);
  return {
    signal: controller.signal,
    requested: promise,
    [Symbol.dispose]() {
      process.off("SIGINT", onSigint);
      process.off("SIGTERM", onSigterm);
      process.off("disconnect", onDisconnect);
    },
  };
}
