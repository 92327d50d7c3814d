import { randomBytes } from "node:crypto";
import { hostname } from "node:os";

import type { Instance } from "@dagwright/instance";
import { holderId } from "@dagwright/model";
import { makePartitionStatusCache, requeueOf, type Workspace } from "@dagwright/workspace";
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import type { Logger } from "pino";

import { KeptAnswers } from "./executor/kept-answers.ts";
import { KnownQueries } from "./executor/known-queries.ts";
import type { ServerScope } from "./graphql/context.ts";
import { makeSchema } from "./graphql/schema.ts";
import { openLocationChanges } from "./graphql/workspace/location-changes.ts";
import { assetReports } from "./http/asset-reports.ts";
import { computeLogDownload } from "./http/compute-log-download.ts";
import { debugDownload } from "./http/debug-download.ts";
import { answerFailures, answerUnknownAddresses } from "./http/failures.ts";
import { graphqlEndpoint } from "./http/graphql-endpoint.ts";
import { refuseOtherNames } from "./http/hosts.ts";
import { listen } from "./http/listen.ts";
import { metricsEndpoint } from "./http/metrics.ts";
import { notebooks } from "./http/notebook.ts";
import { makeOrigins, refuseStrangers } from "./http/origins.ts";
import { PersistedQueries } from "./http/persisted-queries.ts";
import { defaultQueryLimits, type QueryLimits } from "./http/query-limits.ts";
import { statusEndpoints } from "./http/status-endpoints.ts";
import { startLaunchSweep } from "./launch-sweep.ts";
import { sendPage } from "./pages/send-page.ts";
import { homePage } from "./pages/home.ts";
import { openRunLogFeeds } from "./run-log-feeds.ts";
import { makeSnapshotCache } from "./snapshot-cache.ts";
import { version } from "./version.ts";
import { anyone, type Viewer, type Viewers } from "./viewer.ts";
import { acceptWebSockets, websocketHandler, type WebSocketOptions } from "./subscriptions/websocket-endpoint.ts";

export interface WebserverOptions {
  readonly instance: Instance;
  readonly workspace: Workspace;
  readonly log: Logger;
  /** Default 127.0.0.1: reachable from this machine only. There is no login. */
  readonly host?: string;
  /** Default 3000; 0 takes any free one. */
  readonly port?: number;
  /** Under which every route lies, e.g. `/dagwright`. Default: none. */
  readonly pathPrefix?: string;
  /** Refuses every mutation. Default false. */
  readonly readOnly?: boolean;
  /** How long a query may take, in milliseconds; mutations take as long as they do. Default 60,000. */
  readonly queryTimeoutMs?: number;
  /** How often pages ask for what may have changed, in milliseconds. Default 2,000. */
  readonly liveDataPollRate?: number;
  /** Whether the server tells its schema to whoever asks, as GraphiQL and code generators do. Default true. */
  readonly introspection?: boolean;
  /** Texts of the only queries that are carried out. Default: any. */
  readonly allowedQueries?: readonly string[];
  /** Origins of other sites whose pages may use this server, e.g. `https://tools.example.com`. Default: none. */
  readonly allowedOrigins?: readonly string[];
  /** Names by which this server is reached besides this machine's own, e.g. `dagwright.example.com`. Default: see {@link mayBeCalled}. */
  readonly allowedHosts?: readonly string[];
  /** Most WebSockets that one address may have open. Default 200. */
  readonly maxWebSockets?: number;
  /**
   * Proxies whose word on where a request comes from (`X-Forwarded-For`) is believed: addresses, or networks as `10.0.0.0/8`. Default: none; whoever
   * connects is the client. @throws TypeError for what is neither
   */
  readonly trustedProxies?: readonly string[];
  /** Tells who sends a request and what they may do. Default: anyone may do everything, or nothing when `readOnly`. */
  readonly viewers?: Viewers;
  /** How much one query may ask for. Default: more than any page of Dagster's web UI asks for. */
  readonly queryLimits?: QueryLimits;
}

export interface Webserver extends AsyncDisposable {
  /** Where it answers, path prefix included, without a slash at the end. */
  readonly url: string;
}

const defaultQueryTimeoutMs = 60_000;
const defaultLiveDataPollRate = 2_000;
/** A web page has one; behind a proxy all pages come from one address. */
const defaultMaxWebSockets = 200;
/** Set on purpose: large run configs pass, floods do not. */
const bodyLimitBytes = 16 * 1024 * 1024;

/**
 * Starts a webserver. Disposing, or aborting the signal, drains it: subscriptions are closed, requests in flight are answered, then the port is free.
 *
 * @throws AddressInUseError
 */
export async function startWebserver(options: WebserverOptions, signal: AbortSignal): Promise<Webserver> {
  const { instance, workspace, log, host = "127.0.0.1", port = 3000, readOnly = false } = options;
  const pathPrefix = normalisePrefix(options.pathPrefix ?? "");
  const { storage } = instance;
  await using starting = new AsyncDisposableStack();

  const stop = new AbortController();
  starting.defer(() => stop.abort());
  const scope: ServerScope = {
    instance,
    storage,
    workspace,
    launcher: instance.runLauncher ?? workspace,
    snapshots: makeSnapshotCache(storage),
    partitionStatuses: makePartitionStatusCache(storage),
    viewers: options.viewers ?? always(anyone({ readOnly })),
    queries: new KnownQueries(makeSchema(), {
      ...(options.queryLimits ?? defaultQueryLimits),
      ...(options.introspection === false && { introspection: false }),
    }),
    persisted: new PersistedQueries(options.allowedQueries ?? null),
    queryTimeoutMs: options.queryTimeoutMs ?? defaultQueryTimeoutMs,
    liveDataPollRate: options.liveDataPollRate ?? defaultLiveDataPollRate,
    origins: makeOrigins(options.allowedOrigins ?? []),
    answers: starting.use(new KeptAnswers(workspace)),
    runLogs: starting.use(openRunLogFeeds(storage)),
    locationChanges: starting.use(openLocationChanges(workspace)),
    holder: holderId(`webserver:${hostname()}:${process.pid}:${randomBytes(4).toString("hex")}`),
    pathPrefix,
    version,
  };
  const app = fastify({
    loggerInstance: log as FastifyBaseLogger,
    bodyLimit: bodyLimitBytes,
    trustProxy: [...(options.trustedProxies ?? [])],
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: "idle",
    routerOptions: { ignoreTrailingSlash: true },
  });
  starting.defer(() => app.close());
  starting.defer(() => stop.abort());

  await acceptWebSockets(app);
  // After that, which ends the connections of refused WebSockets.
  refuseOtherNames(app, { host, allowed: options.allowedHosts ?? [] });
  answerUnknownAddresses(app, pathPrefix);
  if (pathPrefix !== "") app.get("/", (_request, reply) => reply.redirect(`${pathPrefix}/`));
  const sockets = { stopping: stop.signal, mostOfOneAddress: options.maxWebSockets ?? defaultMaxWebSockets };
  await app.register(async (routes) => addRoutes(routes, scope, sockets), { prefix: pathPrefix });
  const url = await listen(app, host, port);
  starting.use(
    startLaunchSweep({
      storage,
      launcher: scope.launcher,
      holder: scope.holder,
      log: app.log,
      requeue: requeueOf(instance.config),
    }),
  );

  const running = starting.move();
  const close = once(() => running.disposeAsync());
  const closeUnobserved = (): void =>
    void close().catch((error: unknown) => log.error({ err: error }, "The webserver did not stop in order"));
  if (signal.aborted) closeUnobserved();
  else signal.addEventListener("abort", closeUnobserved, { once: true });
  return {
    url: `${url}${pathPrefix}`,
    async [Symbol.asyncDispose]() {
      signal.removeEventListener("abort", closeUnobserved);
      await close();
    },
  };
}

function addRoutes(app: FastifyInstance, scope: ServerScope, sockets: WebSocketOptions): void {
  answerFailures(app);
  refuseStrangers(app, scope.origins);
  graphqlEndpoint(app, scope, websocketHandler(scope, sockets));
  statusEndpoints(app, scope);
  metricsEndpoint(app, scope);
  computeLogDownload(app, scope);
  debugDownload(app, scope);
  notebooks(app);
  assetReports(app, scope);
  app.get("/", async (request, reply) => sendPage(reply, await homePage(scope, request.log)));
}

/** Begins with a slash, ends without one; empty stays empty. */
function normalisePrefix(prefix: string): string {
  const inner = prefix.replaceAll(/^\/+|\/+$/g, "");
  return inner === "" ? "" : `/${inner}`;
}

const always =
  (viewer: Viewer): Viewers =>
  () =>
    viewer;

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}
