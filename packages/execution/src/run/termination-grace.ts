/**
 * How long what runs may go on after its signal has aborted: what the abort's reason says (a `graceMs` of its own, since whoever
 * terminates a run decides that), else the default.
 */
export function terminationGraceMs(signal: AbortSignal, defaultMs: number): number {
  const given = (signal.reason as { readonly graceMs?: unknown } | undefined)?.graceMs;
  return typeof given === "number" ? given : defaultMs;
}
