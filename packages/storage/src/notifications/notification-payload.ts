import { type InstigatorId, runId, type RunStatus, runStatuses } from "@dagwright/model";
import type { Notification } from "./notifications.ts";
import { runChannel, workChannel } from "./notify-statements.ts";

/** Reads a payload; null for what a newer version may send. */
export function parseNotification(channel: string, payload: string): Notification | null {
  if (channel === runChannel) {
    const [id, seq, status] = payload.split(" ");
    if (id === undefined || seq === undefined || !/^\d+$/.test(seq)) return null;
    return {
      kind: "run",
      runId: runId(id),
      seq: Number(seq),
      status: runStatuses.find((known) => known === status) ?? (null satisfies RunStatus | null),
    };
  }
  if (channel !== workChannel) return null;
  const [kind, id] = payload.split(" ");
  switch (kind) {
    case "queue":
    case "launch":
    case "backfill":
    case "asset":
    case "freshness":
      return { kind };
    case "instigator":
      return { kind, id: id === undefined || id === "" ? null : (id as InstigatorId) };
    default:
      return null;
  }
}
