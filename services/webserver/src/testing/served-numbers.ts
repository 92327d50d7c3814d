import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";

import { type Instance, openInstance } from "@dagwright/instance";
import type { Storage } from "@dagwright/storage";
import { createTestDatabase } from "@dagwright/storage/testing";
import { pino } from "pino";

import { startWebserver, type Webserver, type WebserverOptions } from "../start-webserver.ts";
import { numbers } from "./numbers.ts";
import { type TestWorkspace, workspaceOfDefinitions } from "./workspace-of-definitions.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- answers are read by tests, which say what they expect of them
type Data = any;

export interface GraphqlAnswer {
  readonly data: Data;
  readonly errors?: readonly Data[];
  readonly extensions?: Data;
}

/** A webserver on a real Postgres, with the numbers project as its workspace. */
export interface ServedNumbers extends AsyncDisposable {
  readonly webserver: Webserver;
  readonly url: string;
  readonly instance: Instance;
  readonly storage: Storage;
  readonly workspace: TestWorkspace;
  readonly connectionString: string;
  /** Lines that the server logged. */
  readonly logged: string[];
  graphql(query: string, variables?: object): Promise<GraphqlAnswer>;
}

export interface ServeOptions extends Pick<
  WebserverOptions,
  | "pathPrefix"
  | "readOnly"
  | "queryLimits"
  | "queryTimeoutMs"
  | "liveDataPollRate"
  | "introspection"
  | "allowedQueries"
  | "allowedOrigins"
  | "allowedHosts"
  | "maxWebSockets"
  | "trustedProxies"
  | "viewers"
> {
  /** Default: launched at once. */
  readonly coordinator?: "DefaultRunCoordinator" | "QueuedRunCoordinator";
  /** Definitions to serve in place of the numbers, under their name. */
  readonly project?: unknown;
}

export async function serveNumbers({
  coordinator = "DefaultRunCoordinator",
  project = numbers,
  ...options
}: ServeOptions = {}): Promise<ServedNumbers> {
  await using starting = new AsyncDisposableStack();
  const database = starting.use(await createTestDatabase());
  const home = await mkdtemp(join(tmpdir(), "dagwright-webserver-"));
  starting.defer(() => rm(home, { recursive: true, force: true }));
  await writeFile(
    join(home, "dagster.yaml"),
    `storage:\n  postgres:\n    postgres_url: ${database.connectionString}\nrun_coordinator:\n  module: dagster.core.run_coordinator\n  class: ${coordinator}\n`,
  );
  const instance = starting.use(await openInstance({ home, env: {}, role: "test" }, new AbortController().signal));
  const workspace = workspaceOfDefinitions(project);
  const logged: string[] = [];
  const sink = new Writable({
    write(line: Buffer, _encoding, done) {
      logged.push(line.toString());
      done();
    },
  });
  const log = pino({ level: "info" }, sink);
  const webserver = starting.use(
    await startWebserver({ instance, workspace, log, port: 0, ...options }, new AbortController().signal),
  );
  const running = starting.move();
  return {
    webserver,
    url: webserver.url,
    instance,
    storage: instance.storage,
    workspace,
    connectionString: database.connectionString,
    logged,
    async graphql(query, variables = {}) {
      const response = await fetch(`${webserver.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as GraphqlAnswer;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** What a run of a job is asked for by. */
export const selector = (jobName: string) => ({ jobName, repositoryName: "__repository__", repositoryLocationName: "numbers" });
