import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openInstance } from "@dagwright/instance";
import { isFinalRunStatus, type Run, type RunId, runId, type StoredEntry } from "@dagwright/model";
import { openStorage, type Storage } from "@dagwright/storage";
import { createTestDatabase } from "@dagwright/storage/testing";
import { query, until } from "../graphql.ts";
import { Program } from "./program.ts";

export interface StackOptions {
  /** The project's definitions, absolute. Default: `tests/stack/project/definitions.ts`. */
  readonly definitions?: string;
  /**
   * `own`: the instance's own embedded Postgres, which a test may kill. `pgbouncer`: a database that every process reaches through pgbouncer
   * in transaction mode, the test's own view of it too. Or a migrated database that the test has made. Default: a database of the test server.
   */
  readonly postgres?: "shared" | "own" | "pgbouncer" | { readonly connectionString: string };
  /** A connection string that leads to the stack's database by another way, e.g. a proxy that counts. */
  readonly through?: (connectionString: string) => string;
  /** More of `dagster.yaml`, after its storage. */
  readonly instanceFile?: string;
  /** Further locations: lines of `workspace.yaml`'s `load_from`. */
  readonly moreLocations?: string;
  /** Replicas of the daemon. Default 1. */
  readonly daemons?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** What single processes have in their environment besides: by `code-location`, `webserver`, `daemon 1` and so on. */
  readonly envOf?: (program: string) => Readonly<Record<string, string>>;
  /** Another socket that leads to the code location's, e.g. that of a proxy. */
  readonly throughSocket?: (socket: string) => Promise<string>;
}

/** Everything that runs for one instance, as separate processes that a test may kill. */
export interface Stack extends AsyncDisposable {
  readonly home: string;
  readonly codeLocation: Program;
  readonly daemons: readonly Program[];
  readonly webserver: Program;
  readonly storage: Storage;
  /** Of its database; null for the instance's own embedded Postgres. */
  readonly connectionString: string | null;
  url(): string;
  query<Data>(document: string, variables?: object): Promise<Data>;
  launch(job: string, options?: LaunchOptions): Promise<RunId>;
  untilStatus(id: RunId, ...statuses: Run["status"][]): Promise<Run>;
  untilEnd(id: RunId): Promise<Run>;
  log(id: RunId): Promise<readonly StoredEntry[]>;
  /** Until the run's log has such an entry. */
  untilEntry(id: RunId, what: string, matches: (entry: StoredEntry) => boolean): Promise<StoredEntry>;
}

export interface LaunchOptions {
  readonly runConfig?: unknown;
  readonly tags?: Readonly<Record<string, string>>;
  /** Queries for the ops to execute; default all. */
  readonly opSelection?: readonly string[];
}

export const locationName = "project";
export const fixtureProject = new URL("project/definitions.ts", import.meta.url).pathname;

/** Starts a stack on a database of its own and waits until its code is loaded. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  await using starting = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), "dagwright-stack-"));
  await chmod(home, 0o755);
  starting.defer(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  const database = await databaseFor(options.postgres, starting);
  const address = database === null ? null : (options.through?.(database.connectionString) ?? database.connectionString);
  const storageBlock = address === null ? "" : `storage:\n  postgres:\n    postgres_url: ${JSON.stringify(address)}\n`;
  await writeFile(join(home, "dagster.yaml"), storageBlock + (options.instanceFile ?? ""));
  const definitions = options.definitions ?? fixtureProject;
  const socket = join(home, "code.sock");
  const workspaceFile = join(home, "workspace.yaml");
  const reachedBy = (await options.throughSocket?.(socket)) ?? socket;
  const ownLocation = `load_from:\n  - grpc_server: {socket: ${reachedBy}, location_name: ${locationName}}\n`;
  await writeFile(workspaceFile, ownLocation + (options.moreLocations ?? ""));
  const env = { ...process.env, NODE_OPTIONS: undefined, DAGSTER_HOME: undefined, ...options.env, DAGWRIGHT_HOME: home };
  const program = (name: string, args: readonly string[]): Program =>
    starting.use(
      new Program({
        name,
        args: [...args, "--log-format", "plain"],
        cwd: dirname(definitions),
        env: { ...env, ...options.envOf?.(name) },
      }),
    );

  const codeLocation = program("code-location", [
    "code-location",
    "start",
    "-f",
    definitions,
    "--name",
    locationName,
    "--socket",
    socket,
  ]);
  const daemons = Array.from({ length: options.daemons ?? 1 }, (_, index) =>
    program(`daemon ${index + 1}`, ["daemon", "-w", workspaceFile]),
  );
  const webserver = program("webserver", ["webserver", "-w", workspaceFile, "-p", "0"]);
  const storage = await openOwnStorage(starting, home, database?.connectionString ?? null);

  let url = "";
  await Promise.all([
    codeLocation.start(),
    ...daemons.map((daemon) => daemon.start()),
    webserver.start().then((at) => (url = at)),
  ]);
  const stackQuery = <Data>(document: string, variables: object = {}): Promise<Data> => query<Data>(url, document, variables);
  await until("the code is loaded", async () => {
    const { workspaceOrError } = await stackQuery<WorkspaceAnswer>(workspaceQuery);
    const entry = workspaceOrError.locationEntries?.find(({ name }) => name === locationName);
    if (entry?.locationOrLoadError?.__typename === "RepositoryLocation") return true;
    throw new Error(
      `the webserver says ${JSON.stringify(workspaceOrError)}; the programs said\n${[codeLocation, webserver].flatMap(({ lines }) => lines.slice(-20)).join("\n")}`,
    );
  });

  const get = (id: RunId): Promise<Run> => storage.runs.get(id);
  const log = (id: RunId): Promise<readonly StoredEntry[]> => storage.events.read(id, { afterSeq: 0, limit: 100_000 });
  const stack = starting.move();
  return {
    home,
    codeLocation,
    daemons,
    webserver,
    storage,
    connectionString: database?.connectionString ?? null,
    url: () => url,
    query: stackQuery,
    async launch(job, { runConfig = {}, tags = {}, opSelection } = {}) {
      const { launchRun } = await stackQuery<{
        launchRun: { __typename: string; message?: string; run?: { runId: string }; errors?: unknown };
      }>(launchMutation, {
        params: {
          selector: {
            repositoryLocationName: locationName,
            repositoryName: "__repository__",
            jobName: job,
            solidSelection: opSelection,
          },
          runConfigData: runConfig,
          executionMetadata: { tags: Object.entries(tags).map(([key, value]) => ({ key, value })) },
        },
      });
      if (!launchRun.run) throw new Error(`not launched: ${JSON.stringify(launchRun)}`);
      return runId(launchRun.run.runId);
    },
    untilStatus: (id, ...statuses) =>
      until(`run ${id} is ${statuses.join(" or ")}`, async () => {
        const run = await get(id);
        return statuses.includes(run.status) ? run : undefined;
      }),
    untilEnd: (id) =>
      until(`run ${id} ends`, async () => {
        const run = await get(id);
        return isFinalRunStatus(run.status) ? run : undefined;
      }),
    log,
    untilEntry: (id, what, matches) => until(`the log of run ${id} has ${what}`, async () => (await log(id)).find(matches)),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function databaseFor(
  postgres: StackOptions["postgres"],
  starting: AsyncDisposableStack,
): Promise<{ readonly connectionString: string } | null> {
  if (postgres === "own") return null;
  if (typeof postgres === "object") return postgres;
  return starting.use(await createTestDatabase({ throughPgbouncer: postgres === "pgbouncer" }));
}

/** The test's own view of the instance's database. */
async function openOwnStorage(starting: AsyncDisposableStack, home: string, connectionString: string | null): Promise<Storage> {
  if (connectionString !== null) return starting.use(await openStorage({ connectionString, role: "test", maxConnections: 2 }));
  const instance = await openInstance({ home, env: {}, role: "test", listen: false }, new AbortController().signal);
  return starting.use(instance).storage;
}

const launchMutation = `
  mutation ($params: ExecutionParams!) {
    launchRun(executionParams: $params) {
      __typename
      ... on LaunchRunSuccess { run { runId } }
      ... on RunConfigValidationInvalid { errors { message reason } }
      ... on Error { message }
    }
  }`;

const workspaceQuery = `{
  workspaceOrError {
    ... on Workspace { locationEntries { name loadStatus locationOrLoadError { __typename ... on PythonError { message } } } }
  }
}`;

interface WorkspaceAnswer {
  readonly workspaceOrError: {
    readonly locationEntries?: readonly {
      readonly name: string;
      readonly loadStatus: string;
      readonly locationOrLoadError: { readonly __typename: string; readonly message?: string } | null;
    }[];
  };
}
