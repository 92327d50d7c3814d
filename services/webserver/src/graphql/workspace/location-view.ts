import { createHash } from "node:crypto";
import type { LocationEntry } from "@dagwright/workspace";

import type * as gql from "../../gen/types.ts";

/** What a client knows of a code location. */
export interface LocationView {
  /** `lost`: it has been `away` for so long that nobody should wait for it. */
  readonly contact: "unknown" | "reached" | "away" | "lost";
  /** Of the code that its server told of last, or of why it does not load; empty when nothing was told. */
  readonly code: string;
}

export const unknown: LocationView = { contact: "unknown", code: "" };

/** What is to be known of a location now. */
export function viewOf(before: LocationView, entry: LocationEntry, isLost: boolean): LocationView {
  if (entry.isReachable) return { contact: "reached", code: codeOf(entry) };
  // Its server is being started, or asked for the first time.
  if (entry.status === "LOADING") return before;
  return { contact: isLost ? "lost" : "away", code: before.code };
}

const codeOf = ({ serverId, versionKey, loadError }: LocationEntry): string =>
  createHash("sha256")
    .update(JSON.stringify([serverId, versionKey, loadError?.error.message]))
    .digest("hex")
    .slice(0, 12);

/** The event that leads a client from one view to the other; null when there is nothing to be told. */
export function eventBetween(before: LocationView, now: LocationView): gql.LocationStateChangeEventType | null {
  const isSame = before.code === now.code;
  switch (now.contact) {
    case "unknown":
      return null;
    case "away":
      return before.contact === "unknown" || before.contact === "reached" ? "LOCATION_DISCONNECTED" : null;
    case "lost":
      return before.contact === "lost" ? null : "LOCATION_ERROR";
    case "reached":
      if (isSame && before.contact === "reached") return null;
      return isSame && before.contact === "away" ? "LOCATION_RECONNECTED" : "LOCATION_UPDATED";
  }
}
