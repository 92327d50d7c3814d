import type { LocationEntry, Workspace } from "@dagwright/workspace";

import type * as gql from "../../gen/types.ts";
import { parseCursor, toCursor } from "./location-cursor.ts";
import { eventBetween, type LocationView, unknown, viewOf } from "./location-view.ts";

type Change = gql.LocationStateChangeSubscription;

/** Changes of code locations as they happen, for any number of followers. */
export interface LocationChanges extends Disposable {
  /** Where what is known now ends. */
  cursor(): string;
  /**
   * What changes from now on; with a cursor first what has changed since, each location as it is now.
   *
   * @param signal - ends the iteration, without an error
   * @throws LocationCursorError
   */
  follow(cursor: string | null, signal: AbortSignal): AsyncGenerator<Change>;
}

/** How long Dagster tries to reach a server again before it says that it cannot. */
const defaultLostAfterMs = 10_000;
/** Changes are rare and small; of those of a client that does not read for long the oldest are dropped. */
const mostPending = 1_000;

interface Follower {
  readonly pending: Change[];
  wake(): void;
}

export function openLocationChanges(workspace: Workspace, lostAfterMs = defaultLostAfterMs): LocationChanges {
  const views = new Map<string, LocationView>();
  const timers = new Map<string, NodeJS.Timeout>();
  const followers = new Set<Follower>();

  const tell = (change: Change): void => {
    for (const { pending, wake } of followers) {
      pending.push(change);
      if (pending.length > mostPending) pending.shift();
      wake();
    }
  };
  const stopWaiting = (name: string): void => {
    clearTimeout(timers.get(name));
    timers.delete(name);
  };
  const look = (entry: LocationEntry, isLost: boolean): void => {
    const before = views.get(entry.name) ?? unknown;
    // Who was given up stays so until it is back.
    const now = viewOf(before, entry, isLost || before.contact === "lost");
    views.set(entry.name, now);
    if (now.contact !== "away") stopWaiting(entry.name);
    else if (!timers.has(entry.name))
      timers.set(
        entry.name,
        setTimeout(() => look(workspace.location(entry.name), true), lostAfterMs),
      );
    const eventType = eventBetween(before, now);
    if (eventType !== null) tell({ event: toEvent(eventType, entry, lostAfterMs), cursor: toCursor(views) });
  };

  for (const entry of workspace.entries()) look(entry, false);
  const subscription = workspace.onChange((entry, name) => {
    if (entry !== null) return look(entry, false);
    views.delete(name);
    stopWaiting(name);
  });

  const changesSince = (cursor: string): Change[] => {
    const known = parseCursor(cursor);
    for (const name of known.keys()) if (!views.has(name)) known.delete(name);
    return workspace.entries().flatMap((entry) => {
      const now = views.get(entry.name) ?? unknown;
      const eventType = eventBetween(known.get(entry.name) ?? unknown, now);
      known.set(entry.name, now);
      return eventType === null ? [] : [{ event: toEvent(eventType, entry, lostAfterMs), cursor: toCursor(known) }];
    });
  };

  return {
    cursor: () => toCursor(views),
    async *follow(cursor, signal) {
      let wake = Promise.withResolvers<void>();
      const follower = { pending: cursor === null ? [] : changesSince(cursor), wake: () => wake.resolve() };
      followers.add(follower);
      signal.addEventListener("abort", follower.wake);
      try {
        while (!signal.aborted) {
          for (let change = follower.pending.shift(); change !== undefined; change = follower.pending.shift()) yield change;
          await wake.promise;
          wake = Promise.withResolvers<void>();
        }
      } finally {
        signal.removeEventListener("abort", follower.wake);
        followers.delete(follower);
      }
    },
    [Symbol.dispose]() {
      subscription[Symbol.dispose]();
      for (const name of timers.keys()) stopWaiting(name);
    },
  };
}

function toEvent(
  eventType: gql.LocationStateChangeEventType,
  { name, serverId, loadError }: LocationEntry,
  lostAfterMs: number,
): gql.LocationStateChangeEvent {
  const why = loadError === null ? "" : `: ${loadError.error.message}`;
  const message = {
    LOCATION_UPDATED: loadError === null ? `"${name}" was loaded anew` : `"${name}" does not load${why}`,
    LOCATION_DISCONNECTED: `The server of "${name}" does not answer${why}`,
    LOCATION_RECONNECTED: `The server of "${name}" answers again`,
    LOCATION_ERROR: `The server of "${name}" has not answered for ${lostAfterMs / 1000} s${why}. It is asked on until it does`,
  }[eventType];
  // As Dagster tells it: which server it is now, where that may be another one.
  const isNews = eventType === "LOCATION_UPDATED" && serverId !== "";
  return { eventType, message, locationName: name, serverId: isNews ? serverId : null };
}

export const workspaceSubscriptions = {
  locationStateChangeEvents: {
    async *subscribe(_root, { cursor }, { locationChanges, signal }) {
      for await (const locationStateChangeEvents of locationChanges.follow(cursor ?? null, signal))
        yield { locationStateChangeEvents };
    },
  },
} satisfies Partial<gql.Subscription>;
