/** Disposes a value by its own method, if it has one. */
export async function dispose(value: unknown): Promise<void> {
  if ((typeof value !== "object" || value === null) && typeof value !== "function") return;
  const { [Symbol.asyncDispose]: disposeAsync, [Symbol.dispose]: disposeSync } = value as Partial<AsyncDisposable & Disposable>;
  if (typeof disposeAsync === "function") await disposeAsync.call(value);
  else if (typeof disposeSync === "function") disposeSync.call(value);
}
