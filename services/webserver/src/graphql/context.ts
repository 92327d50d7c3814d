import type { Instance } from "@dagwright/instance";
import type { HolderId } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";
import type { PartitionStatusCache, RunLauncher, RunTerminator, Workspace } from "@dagwright/workspace";
import type { FastifyBaseLogger } from "fastify";

import type { Gathering } from "../executor/gathering.ts";
import type { KeptAnswers } from "../executor/kept-answers.ts";
import type { KnownQueries } from "../executor/known-queries.ts";
import type { Origins } from "../http/origins.ts";
import type { PersistedQueries } from "../http/persisted-queries.ts";
import type { RunLogFeeds } from "../run-log-feeds.ts";
import type { SnapshotCache } from "../snapshot-cache.ts";
import type { Viewer, Viewers } from "../viewer.ts";
import type { Loaders } from "./loaders.ts";
import type { LocationChanges } from "./workspace/location-changes.ts";

/** What lives as long as the server; resolvers see it through their request's {@link GraphContext}. */
export interface ServerScope {
  readonly instance: Instance;
  readonly storage: Storage;
  readonly workspace: Workspace;
  /** Starts and ends the workers of runs: the workspace, unless `dagster.yaml` names another launcher. */
  readonly launcher: RunLauncher & RunTerminator;
  readonly snapshots: SnapshotCache;
  readonly partitionStatuses: PartitionStatusCache;
  /** Tells who sends a request. */
  readonly viewers: Viewers;
  /** Keeps queries that ask for too much from being executed. */
  readonly queries: KnownQueries;
  readonly answers: KeptAnswers;
  readonly persisted: PersistedQueries;
  /** How long a query may take, in milliseconds. */
  readonly queryTimeoutMs: number;
  /** How often pages ask for what may have changed, in milliseconds. */
  readonly liveDataPollRate: number;
  /** Which pages may use this server. */
  readonly origins: Origins;
  readonly runLogs: RunLogFeeds;
  readonly locationChanges: LocationChanges;
  /** This server as the owner of launches. */
  readonly holder: HolderId;
  /** Before every address that answers mention; empty or like `/dagwright`. */
  readonly pathPrefix: string;
  readonly version: string;
}

/** What resolvers work with, for the time of one request or of one message of a subscription. */
export interface GraphContext extends ServerScope {
  /** Who asks, and what they may do. */
  readonly viewer: Viewer;
  readonly loaders: Loaders;
  readonly gathering: Gathering;
  /** Aborted when the client is gone or the server stops. Work that has been committed by then stays. */
  readonly signal: AbortSignal;
  readonly log: FastifyBaseLogger;
  /** What the client should know beside its answer; shown as `extensions.warnings`. */
  readonly warnings: string[];
  /**
   * Every field that the query names anywhere: a hint what may be fetched before it is asked for. Empty where nobody looked, and what stands here may be
   * skipped after all.
   */
  namedFields: ReadonlySet<string>;
  /** Set by what makes this answer another one the next time, although it waits for nothing: an answer from memory alone would be kept else. */
  isMomentary: boolean;
  /** This server's clock, in milliseconds, the same for all of an answer, which becomes a momentary one. */
  nowMs(): number;
}
