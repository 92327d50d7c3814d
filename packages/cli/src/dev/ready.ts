import { shrinkAfterStart } from "./shrink-after-start.ts";

/** What a service tells its supervisor once it serves. */
export interface ReadyMessage {
  readonly kind: "ready";
  /** Where it serves, when that is an address people use. */
  readonly url?: string;
}

/** Tells the supervisor, if there is one, and settles down. */
export function announceReady(message: Omit<ReadyMessage, "kind"> = {}): void {
  process.send?.({ kind: "ready", ...message } satisfies ReadyMessage);
  shrinkAfterStart();
}

export const isReadyMessage = (message: unknown): message is ReadyMessage =>
  typeof message === "object" && message !== null && "kind" in message && message.kind === "ready";
