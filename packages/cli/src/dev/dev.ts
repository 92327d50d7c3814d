import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Instance } from "@dagwright/instance";
import { ensureHome } from "@dagwright/instance/home";
import { openRuntimeDir } from "@dagwright/instance/runtime-dir";
import type { Workspace, WorkspaceTarget } from "@dagwright/workspace";
import { UsageError } from "../errors.ts";
import { type ProjectTarget, serverArguments, toLocationSource } from "../location-source.ts";
import { ownProgram } from "../own-program.ts";
import { createWebserverClient } from "../webserver-client/webserver-client.ts";
import { announceUrl } from "../webserver-client/webserver-url.ts";
import { nextFreePort } from "./free-port.ts";
import { portHolder } from "./port-holder.ts";
import { shrinkAfterStart } from "./shrink-after-start.ts";
import { type ProcessSpec, type SupervisedProcess, superviseProcess } from "./supervised-process.ts";

export interface DevOptions {
  /** Projects to serve, and servers that run already. */
  readonly targets: readonly WorkspaceTarget[];
  /** The instance's home, absolute. */
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly host: string;
  /** The port that must be free; undefined: 3000, or the next free one. */
  readonly port?: number;
  /** One line of one service, or of `dev` itself. */
  readonly print: (name: string, line: string) => void;
  /** Passed to every service. */
  readonly logArguments: readonly string[];
}

/** Everything runs. Disposing stops all in order: webserver and daemon, then runs, code locations and Postgres. */
export interface DevEnvironment extends AsyncDisposable {
  readonly url: string;
  readonly instance: Instance;
}

const firstPort = 3000;

/**
 * Starts Postgres (unless `dagster.yaml` names one), a code-location server for each project, the daemon and the webserver, and keeps them
 * running. Returns when the webserver serves and every code location has been loaded or has said why not.
 *
 * @throws UsageError when the port is taken
 */
export async function startDev(options: DevOptions, signal: AbortSignal): Promise<DevEnvironment> {
  const { targets, home, env, host, print } = options;
  const port = await choosePort(options);
  await using starting = new AsyncDisposableStack();
  await using codeServers = new AsyncDisposableStack();

  const startedAt = performance.now();
  const aborted = new Promise<never>((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true }),
  );
  aborted.catch(() => undefined);
  /** Starts a service and waits until it serves; answers the address that it tells. */
  const start = (owner: AsyncDisposableStack, name: string, args: readonly string[]): Promise<string> => {
    const serving = Promise.withResolvers<string>();
    owner.use(supervise(options, name, args, (url) => serving.resolve(url ?? "")));
    return Promise.race([serving.promise, aborted]);
  };

  ensureHome(home);
  const runtimeDir = await openRuntimeDir(home, env);
  const locations = targets.map((target): ServerTarget =>
    target.kind === "grpc_server" ? target : ownServer(target, runtimeDir),
  );
  const startCode = (): Promise<unknown> =>
    Promise.all(
      targets.flatMap((target, index) => {
        const socket = (locations[index]?.address ?? "").replace(/^unix:/, "");
        if (target.kind === "grpc_server") return [];
        return [start(codeServers, targets.length === 1 ? "code" : target.name, serverArguments(target, socket))];
      }),
    );
  // This process loads what it needs itself while the code's servers start. Not so in a new home: their workers would make its Postgres too.
  const early = existsSync(workspaceFileOf(home)) ? startCode() : null;
  early?.catch(() => undefined);
  const { openInstance, openWorkspace, parseAddress, cancelActiveRuns } = await loadLibraries();
  const instance = starting.use(
    await openInstance(
      {
        home,
        env,
        role: "dev",
        migrate: true,
        listen: false,
        maxConnections: 2,
        log: (level, message) => level !== "debug" && print("dev", message),
      },
      signal,
    ),
  );
  print("dev", `Postgres is ready (${seconds(startedAt)})`);

  const workspaceFile = await writeWorkspaceFile(home, locations, parseAddress);
  // They listen before they have loaded the code. Hosts that come later find them at once instead of trying again after a while.
  await (early ?? startCode());
  // After the instance, so that they end before it.
  starting.use(codeServers.move());
  const workspace = starting.use(openWorkspace(locations.map((location) => toLocationSource(location))));
  starting.defer(() => cancelActiveRuns(instance.storage, workspace, (line) => print("dev", line)));
  const [url] = await Promise.all([
    start(starting, "webserver", ["webserver", "-w", workspaceFile, "-h", host, "-p", String(port)]),
    start(starting, "daemon", ["daemon", "-w", workspaceFile]),
  ]);
  await workspace.waitUntilLoaded(signal);
  for (const { name, status, loadError } of workspace.entries()) {
    if (status === "ERROR") print("dev", `code location "${name}" does not load: ${loadError?.error.message ?? "unknown"}`);
  }
  await untilWebserverKnows(url, workspace, signal);
  starting.use(await announceUrl(home, url));
  print("dev", `Everything is up (${seconds(startedAt)})`);
  shrinkAfterStart();
  const stack = starting.move();
  return { url, instance, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

type Libraries = Awaited<ReturnType<typeof loadLibraries>>;

/** What takes long to load, asked for once other processes have been started. */
async function loadLibraries() {
  const [{ openInstance }, { openWorkspace }, { parseAddress }, { cancelActiveRuns }] = await Promise.all([
    import("@dagwright/instance"),
    import("@dagwright/workspace"),
    import("@dagwright/rpc"),
    import("./cancel-active-runs.ts"),
  ]);
  return { openInstance, openWorkspace, parseAddress, cancelActiveRuns };
}

function supervise(
  { home, env, print, logArguments }: DevOptions,
  name: string,
  args: readonly string[],
  onReady: (url: string | undefined) => void,
): SupervisedProcess {
  const spec: ProcessSpec = {
    name,
    command: process.execPath,
    args: [ownProgram(), ...args, ...logArguments],
    env: { ...env, DAGWRIGHT_HOME: home, DAGSTER_HOME: undefined },
    cwd: process.cwd(),
  };
  return superviseProcess(spec, {
    onLine: print,
    onCrash: (_, how, restartInMs) =>
      print("dev", `${name} ended (${how}); starting it again in ${(restartInMs / 1000).toFixed(1)} s`),
    onReady: ({ url }) => onReady(url),
  });
}

type ServerTarget = WorkspaceTarget & { readonly kind: "grpc_server" };

/** The server that `dev` runs for a project, as hosts find it. */
function ownServer({ name }: ProjectTarget, runtimeDir: string): ServerTarget {
  const socket = join(runtimeDir, `dev-${createHash("sha256").update(name).digest("hex").slice(0, 12)}.sock`);
  return { kind: "grpc_server", name, address: `unix:${socket}`, ssl: false, additionalMetadata: {} };
}

/** The webserver hears of loaded code at the same time as we do, but a client may be quicker than its next turn. */
async function untilWebserverKnows(url: string, workspace: Workspace, signal: AbortSignal): Promise<void> {
  const client = createWebserverClient(url);
  const loaded = workspace.entries().filter(({ snapshot }) => snapshot !== null).length;
  for (;;) {
    const { repositoriesOrError } = await client.query<{ repositoriesOrError: { nodes?: readonly unknown[] } }>(
      "{ repositoriesOrError { ... on RepositoryConnection { nodes { id } } } }",
      {},
      { signal },
    );
    if ((repositoriesOrError.nodes ?? []).length >= loaded) return;
    await delay(20, undefined, { signal });
  }
}

async function choosePort({ host, port }: DevOptions): Promise<number> {
  const free = await nextFreePort(port ?? firstPort, host);
  if (free === null) throw new UsageError(`No port from ${port ?? firstPort} on is free on ${host}. Name another one with -p.`);
  if (port !== undefined && port !== 0 && free !== port) {
    const holder = portHolder(port);
    throw new UsageError(
      `Port ${port} is taken${holder === null ? "" : ` by ${holder}`}. Stop that, or choose another port with -p, e.g. -p ${free}.`,
    );
  }
  return port === 0 ? 0 : free;
}

const workspaceFileOf = (home: string): string => join(home, "dev", "workspace.yaml");

/** For the webserver and the daemon: every code location by the address of its server. */
async function writeWorkspaceFile(
  home: string,
  servers: readonly ServerTarget[],
  parseAddress: Libraries["parseAddress"],
): Promise<string> {
  const file = workspaceFileOf(home);
  await mkdir(dirname(file), { recursive: true });
  const entries = servers.map(({ name, address, ssl, additionalMetadata }) => {
    const parsed = parseAddress(address);
    const where = parsed.kind === "unix" ? { socket: parsed.path } : { host: parsed.host, port: parsed.port };
    return { grpc_server: { ...where, location_name: name, ssl, additional_metadata: additionalMetadata } };
  });
  // JSON is YAML, and needs no library to be written.
  await writeFile(file, `# Written by dagwright dev at each start.\n${JSON.stringify({ load_from: entries }, null, 2)}\n`);
  return file;
}

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;
