import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWithEngine } from "../../engines.ts";
import { freePort } from "../../stack/free-port.ts";
import { type Stack, startStack } from "../../stack/stack.ts";
import { follow, type Following, type Subprotocol, subprotocols } from "./frame/follow.ts";
import { Memory, send, sendUntil, type Server } from "./frame/server.ts";
import { startDagster } from "./start-dagster.ts";
import { CodeServer } from "./start-code-server.ts";
import { launching } from "./steps/selectors.ts";

const projects = join(import.meta.dirname, "projects");
const patienceMs = 600_000;

/** A server, and what a test does to its code location and to the program that talks. */
interface Side {
  readonly server: Server;
  /** Subprotocols that it speaks. */
  readonly speaks: readonly Subprotocol[];
  readonly location: Pick<CodeServer, "kill" | "pause" | "untilEnded"> & { start(): Promise<unknown> };
  /** Begins the names of files that its code looks at. */
  readonly marker: string;
}

interface Captured {
  readonly logKey: readonly string[];
  readonly stdout: string | null;
  readonly stderr: string | null;
  readonly cursor: string;
}

describeWithEngine("python", "subscriptions beside Dagster's", ({ DAGSTER_PYTHON }) => {
  const running = new AsyncDisposableStack();
  let sides: readonly [theirs: Side, ours: Side];
  const both = async <Answer>(ask: (side: Side) => Promise<Answer>): Promise<readonly [theirs: Answer, ours: Answer]> => {
    const [theirs, ours] = sides;
    return Promise.all([ask(theirs), ask(ours)]);
  };

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), "dagwright-compat-"));
    running.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    const startTheirs = async (): Promise<Side> => {
      const port = await freePort();
      const marker = join(folder, "theirs-");
      const env = { ...process.env, COMPAT_MARKER: marker, DAGSTER_HOME: folder, HOME: folder };
      const location = running.use(new CodeServer(DAGSTER_PYTHON, join(projects, "talking.py"), port, env));
      await location.start();
      const server = await startDagster(DAGSTER_PYTHON, folder, { COMPAT_MARKER: marker }, { codeServerPort: port });
      running.use(server);
      return { server, speaks: ["graphql-ws"], location, marker };
    };
    const startOurs = async (): Promise<Side> => {
      const marker = join(folder, "ours-");
      const stack: Stack = await startStack({
        definitions: join(projects, "talking.ts"),
        instanceFile: "run_coordinator: {module: dagster._core.run_coordinator, class: DefaultRunCoordinator}\n",
        env: { COMPAT_MARKER: marker },
      });
      running.use(stack);
      const server = { name: "Dagwright", url: stack.url(), pass: () => Promise.resolve() };
      return { server, speaks: Object.keys(subprotocols) as Subprotocol[], location: stack.codeLocation, marker };
    };
    sides = await Promise.all([startTheirs(), startOurs()]);
  }, patienceMs);
  afterAll(() => running.disposeAsync());

  test(
    "what a step prints is told as it is printed, and connections that are lost lose and repeat nothing",
    async () => {
      const [theirs, ours] = await both(async (side) => {
        const logKey = await keyOfTalking(side);
        const told: string[] = [];
        for (const subprotocol of side.speaks) told.push(await readTwice(side, subprotocol, logKey));
        await writeFile(`${side.marker}go`, "");
        const afterwards: string[] = [];
        for (const subprotocol of side.speaks) afterwards.push(await readByPieces(side, subprotocol, logKey));
        return { told: told.map(linesOf), afterwards: afterwards.map(linesOf) };
      });
      const talk = ["one", "zwei: äöü 🌳", ...Array.from({ length: 200 }, (_, n) => `line ${n}`)];
      expect(theirs).toEqual({ told: [talk.slice(0, 2)], afterwards: [talk] });
      expect(ours).toEqual({ told: [talk.slice(0, 2), talk.slice(0, 2)], afterwards: [talk, talk] });
    },
    patienceMs,
  );

  test(
    "a log with nothing in it yet is told at once, and as such",
    async () => {
      const first = async (side: Side, subprotocol: Subprotocol) => {
        using following = await follow<Captured>(side.server.url, subprotocol, capturedLogs, {
          logKey: ["a", "compute_logs", "b"],
        });
        for await (const { cursor, ...told } of following) return { ...told, hasCursor: cursor !== null };
        return null;
      };
      const [theirs, ours] = await both((side) => Promise.all(side.speaks.map((subprotocol) => first(side, subprotocol))));
      expect(theirs).toEqual([{ logKey: ["a", "compute_logs", "b"], stdout: null, stderr: null, hasCursor: true }]);
      expect(ours).toEqual([theirs[0], theirs[0]]);
    },
    patienceMs,
  );

  test(
    "what happens to a code location is told by the same kinds of events in the same order",
    async () => {
      const happenings: readonly { readonly happens: (side: Side) => Promise<unknown>; readonly told: readonly string[] }[] = [
        { happens: reload, told: ["LOCATION_UPDATED"] },
        { happens: (side) => writeFile(`${side.marker}broken`, "").then(() => reload(side)), told: ["LOCATION_UPDATED"] },
        { happens: (side) => rm(`${side.marker}broken`).then(() => reload(side)), told: ["LOCATION_UPDATED"] },
        { happens: ({ location }) => Promise.resolve(location.pause(true)), told: ["LOCATION_DISCONNECTED"] },
        { happens: ({ location }) => Promise.resolve(location.pause(false)), told: ["LOCATION_RECONNECTED"] },
        { happens: ({ location }) => location.kill(), told: ["LOCATION_DISCONNECTED", "LOCATION_ERROR"] },
        { happens: ({ location }) => location.start(), told: ["LOCATION_UPDATED"] },
        { happens: reload, told: ["LOCATION_UPDATED"] },
        { happens: shutdown, told: ["LOCATION_DISCONNECTED"] },
        { happens: ({ location }) => location.start(), told: ["LOCATION_UPDATED"] },
      ];
      const [theirs, ours] = await both(async (side) => {
        await using closing = new AsyncDisposableStack();
        const subscribed = side.speaks.map((subprotocol) => follow<Changed>(side.server.url, subprotocol, locationChanges));
        const followings = await Promise.all(subscribed);
        for (const following of followings) closing.use(following);
        let awaited = 0;
        for (const { happens, told } of happenings) {
          await happens(side);
          awaited += told.length;
          await expect
            .poll(() => followings.map(({ pieces }) => pieces.length), { timeout: 60_000, interval: 50 })
            .toEqual(followings.map(() => awaited));
        }
        return followings.map(({ pieces }) =>
          pieces.map(({ event }) => ({ ...event, message: event.message !== "", serverId: event.serverId !== null })),
        );
      });
      expect(theirs[0]?.map(({ eventType }) => eventType)).toEqual(happenings.flatMap(({ told }) => told));
      expect(ours).toEqual([theirs[0], theirs[0]]);
    },
    patienceMs,
  );
});

const capturedLogs = `subscription ($logKey: [String!]!, $cursor: String) {
  capturedLogs(logKey: $logKey, cursor: $cursor) { logKey stdout stderr cursor }
}`;

const locationChanges = `subscription { locationStateChangeEvents { event { eventType locationName message serverId } } }`;

interface Changed {
  readonly event: {
    readonly eventType: string;
    readonly locationName: string;
    readonly message: string;
    readonly serverId: string | null;
  };
}

async function reload({ server }: Side): Promise<void> {
  const { errors } = await send(
    server,
    `mutation { reloadRepositoryLocation(repositoryLocationName: "project") { __typename } }`,
    {},
  );
  expect(errors).toEqual([]);
}

/** Has the server end as a script does whose supervisor starts it again with new code. */
async function shutdown({ server, location }: Side): Promise<void> {
  const { data } = await send(
    server,
    `mutation { shutdownRepositoryLocation(repositoryLocationName: "project") {
      __typename ... on ShutdownRepositoryLocationSuccess { repositoryLocationName } ... on Error { message }
    } }`,
    {},
  );
  expect(data).toEqual({
    shutdownRepositoryLocation: { __typename: "ShutdownRepositoryLocationSuccess", repositoryLocationName: "project" },
  });
  await location.untilEnded();
}

/** Launches the job that talks; answers the key of its log once its step has begun. */
async function keyOfTalking({ server }: Side): Promise<readonly string[]> {
  const memory = new Memory();
  const { data } = await send(
    server,
    `mutation ($executionParams: ExecutionParams!) {
      launchRun(executionParams: $executionParams) { __typename ... on LaunchRunSuccess { run { runId } } ... on Error { message } }
    }`,
    { executionParams: launching("talking", { given: { "compat/process": "yes" } }) },
  );
  memory.remember("the talking", "launchRun.run.runId", data);
  const runId = memory.known("the talking");
  const logs = await sendUntil(
    server,
    `query ($runId: ID!) { logsForRun(runId: $runId) { ... on EventConnection { events { ... on LogsCapturedEvent { fileKey } } } } }`,
    { runId },
    { is: (data) => (data as Logs).logsForRun.events.some(({ fileKey }) => fileKey !== undefined) },
  );
  const { events } = (logs.data as Logs).logsForRun;
  return [runId, "compute_logs", events.find(({ fileKey }) => fileKey !== undefined)?.fileKey ?? ""];
}

interface Logs {
  readonly logsForRun: { readonly events: readonly { readonly fileKey?: string }[] };
}

const linesOf = (text: string): readonly string[] => text.split("\n").filter((line) => line !== "");

/** While the step still goes on: as soon as there is something, by a connection that is closed, and on from its cursor by another one. */
async function readTwice(side: Side, subprotocol: Subprotocol, logKey: readonly string[]): Promise<string> {
  let text = "";
  let cursor: string | null = null;
  while (!text.includes("🌳\n")) {
    using following: Following<Captured> = await follow<Captured>(side.server.url, subprotocol, capturedLogs, { logKey, cursor });
    for await (const { stdout, cursor: next, logKey: key } of following) {
      expect(key).toEqual(logKey);
      text += stdout ?? "";
      cursor = next;
      if (stdout !== null) break;
    }
  }
  return text;
}

/** To the end, a connection for every few pieces. */
async function readByPieces(side: Side, subprotocol: Subprotocol, logKey: readonly string[]): Promise<string> {
  let text = "";
  let cursor: string | null = null;
  while (!text.includes("line 199\n")) {
    using following: Following<Captured> = await follow<Captured>(side.server.url, subprotocol, capturedLogs, { logKey, cursor });
    let pieces = 0;
    for await (const { stdout, cursor: next } of following) {
      text += stdout ?? "";
      cursor = next;
      pieces += 1;
      if (pieces === 2 || text.includes("line 199\n")) break;
    }
  }
  return text;
}
