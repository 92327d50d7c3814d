import type { LocationEntry, Workspace } from "@dagwright/workspace";

import type * as gql from "../../gen/types.ts";

type Change = gql.LocationStateChangeEvent;

/** What a client has to know about a location that has changed; null when nothing that it sees has. */
export function toChange(before: LocationEntry | undefined, entry: LocationEntry): Change | null {
  const base = { locationName: entry.name, serverId: entry.serverId === "" ? null : entry.serverId };
  if (entry.loadError !== null && entry.loadError !== before?.loadError) {
    const eventType = entry.isServing || before?.isServing !== true ? "LOCATION_ERROR" : "LOCATION_DISCONNECTED";
    return { ...base, eventType, message: entry.loadError.error.message };
  }
  if (before?.isServing === false && entry.isServing && before.versionKey === entry.versionKey) {
    return { ...base, eventType: "LOCATION_RECONNECTED", message: `The server of "${entry.name}" is back` };
  }
  if (before?.versionKey !== entry.versionKey || before.loadError !== entry.loadError) {
    return { ...base, eventType: "LOCATION_UPDATED", message: `"${entry.name}" was loaded anew` };
  }
  return null;
}

/** Changes of code locations as they happen. */
async function* locationChanges(workspace: Workspace, signal: AbortSignal): AsyncGenerator<Change> {
  const last = new Map(workspace.entries().map((entry) => [entry.name, entry]));
  // Changes are rare and small; those of a client that does not read for a while are kept.
  const pending: Change[] = [];
  let wake = Promise.withResolvers<void>();
  using _ = workspace.onChange((entry) => {
    if (entry === null) return;
    const change = toChange(last.get(entry.name), entry);
    last.set(entry.name, entry);
    if (change !== null) pending.push(change);
    wake.resolve();
  });
  const stop = (): void => wake.resolve();
  signal.addEventListener("abort", stop);
  try {
    while (!signal.aborted) {
      for (let change = pending.shift(); change !== undefined; change = pending.shift()) yield change;
      await wake.promise;
      wake = Promise.withResolvers<void>();
    }
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

export const workspaceSubscriptions = {
  locationStateChangeEvents: {
    async *subscribe(_root, _args, { workspace, signal }) {
      for await (const event of locationChanges(workspace, signal)) yield { locationStateChangeEvents: { event } };
    },
  },
} satisfies Partial<gql.Subscription>;
