import type { LocationEntry } from "@dagwright/workspace";
import { expect, test } from "vitest";

import { numbers } from "../../testing/numbers.ts";
import { openSocket } from "../../testing/graphql-socket.ts";
import { serveNumbers } from "../../testing/served-numbers.ts";
import { type TestWorkspace, workspaceOfDefinitions } from "../../testing/workspace-of-definitions.ts";
import { type LocationChanges, openLocationChanges } from "./location-changes.ts";

const loadError = (message: string): LocationEntry["loadError"] => ({
  error: { name: "Error", message, stack: [] },
  file: null,
  line: null,
  column: null,
});
const away = { status: "ERROR", isReachable: false, isServing: false, loadError: loadError("connection refused") } as const;
const back = { status: "LOADED", isReachable: true, isServing: true, loadError: null } as const;

interface Followed extends Disposable {
  readonly workspace: TestWorkspace;
  readonly changes: LocationChanges;
  readonly kinds: string[];
  readonly cursors: string[];
}

async function follow(
  cursor: string | null = null,
  lostAfterMs = 60_000,
  workspace = workspaceOfDefinitions(numbers),
): Promise<Followed> {
  const stop = new AbortController();
  const changes = openLocationChanges(workspace, lostAfterMs);
  const kinds: string[] = [];
  const cursors: string[] = [];
  void (async () => {
    for await (const { event, cursor: next } of changes.follow(cursor, stop.signal)) {
      const { eventType } = event as { readonly eventType: string };
      kinds.push(eventType);
      cursors.push(next as string);
    }
  })();
  await settled();
  return {
    workspace,
    changes,
    kinds,
    cursors,
    [Symbol.dispose]() {
      stop.abort();
      changes[Symbol.dispose]();
    },
  };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a server that goes and comes back, code that is loaded anew and code that does not load are told, each once", async () => {
  using followed = await follow();
  const { workspace, kinds } = followed;
  workspace.change(away);
  workspace.change({ ...away, loadError: loadError("no route") });
  workspace.change(back);
  workspace.change(back);
  workspace.change({ versionKey: "version-2" });
  workspace.change({ status: "ERROR", loadError: loadError("no such module") });
  workspace.change({ status: "ERROR", loadError: loadError("no such module") });
  workspace.change(back);
  workspace.change(away);
  workspace.change({ ...back, serverId: "server-2" });
  await settled();
  expect(kinds).toEqual([
    "LOCATION_DISCONNECTED",
    "LOCATION_RECONNECTED",
    "LOCATION_UPDATED",
    "LOCATION_UPDATED",
    "LOCATION_UPDATED",
    "LOCATION_DISCONNECTED",
    "LOCATION_UPDATED",
  ]);
});

test("one that stays away is an error after a while, once, and loaded anew when it is back", async () => {
  using followed = await follow(null, 20);
  const { workspace, kinds } = followed;
  workspace.change(away);
  await expect.poll(() => kinds).toEqual(["LOCATION_DISCONNECTED", "LOCATION_ERROR"]);
  workspace.change(away);
  workspace.change(back);
  await settled();
  expect(kinds).toEqual(["LOCATION_DISCONNECTED", "LOCATION_ERROR", "LOCATION_UPDATED"]);
});

test("with a cursor a client hears what it has missed, by whichever webserver, and nothing twice", async () => {
  using first = await follow();
  const { workspace } = first;
  const before = first.changes.cursor();
  workspace.change({ versionKey: "version-2" });
  workspace.change({ versionKey: "version-3" });
  await settled();
  const [afterOne, afterBoth] = first.cursors;
  for (const [cursor, kinds] of [
    [before, ["LOCATION_UPDATED"]],
    [afterOne, ["LOCATION_UPDATED"]],
    [afterBoth, []],
    [null, []],
  ] as const) {
    using other = await follow(cursor, 60_000, workspace);
    expect(other.kinds).toEqual(kinds);
  }
  workspace.change(away);
  using late = await follow(afterBoth, 60_000, workspace);
  expect(late.kinds).toEqual(["LOCATION_DISCONNECTED"]);
  workspace.change(back);
  await settled();
  // This webserver has never reached it: whether its code is another one it cannot know.
  expect(late.kinds).toEqual(["LOCATION_DISCONNECTED", "LOCATION_UPDATED"]);
});

test("a script begins with the cursor of the locations as it read them; what is none is refused", async () => {
  await using served = await serveNumbers();
  const { data } = await served.graphql(`{ locationStatusesOrError { ... on WorkspaceLocationStatusEntries { cursor } } }`);
  const { cursor } = data.locationStatusesOrError as { cursor: string };
  served.workspace.change({ versionKey: "version-2" });
  const query = `subscription($cursor: String) { locationStateChangeEvents(cursor: $cursor) { event { eventType locationName message } cursor } }`;
  using socket = await openSocket(served.url, "graphql-transport-ws");
  socket.send({ type: "connection_init" });
  await socket.next();
  socket.send({ id: "1", type: "subscribe", payload: { query, variables: { cursor } } });
  const missed = (await socket.next()).payload.data.locationStateChangeEvents;
  expect(missed.event).toEqual({ eventType: "LOCATION_UPDATED", locationName: "numbers", message: `"numbers" was loaded anew` });
  const now = await served.graphql(`{ locationStatusesOrError { ... on WorkspaceLocationStatusEntries { cursor } } }`);
  expect(missed.cursor).toBe(now.data.locationStatusesOrError.cursor);

  socket.send({ id: "2", type: "subscribe", payload: { query, variables: { cursor: "nonsense" } } });
  const { type, payload } = await socket.next();
  expect(type).toBe("error");
  expect(payload[0].message).toMatch(/"nonsense" is no cursor of changes of code locations/);
});
