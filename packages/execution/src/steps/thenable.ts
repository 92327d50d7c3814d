/** Whether a value has to be awaited: most steps and I/O managers are synchronous, and a needless await costs a turn of the queue. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
