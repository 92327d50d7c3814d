import type { Instance, OpenInstanceOptions } from "@dagwright/instance";
import { openInstance } from "@dagwright/instance";
import { openWorkspace, type Workspace } from "@dagwright/workspace";
import type { Logger } from "pino";
import type { CommandContext } from "./context.ts";
import { locationSources } from "./location-source.ts";
import type { LogOptions } from "./options.ts";
import { type HostTargetOptions, resolveHostTargets } from "./project-target.ts";
import { createServiceLog, toInstanceLog } from "./service-log.ts";
import { onShutdown } from "./shutdown.ts";

export interface HostOptions {
  readonly role: "webserver" | "daemon";
  readonly home: string;
  readonly context: CommandContext;
  readonly options: HostTargetOptions & LogOptions;
  /** How it uses the database. Default: as the instance does. */
  readonly database?: Pick<OpenInstanceOptions, "statementTimeoutMs" | "maxConnections" | "maxConnectionAgeSeconds">;
}

/** What webserver and daemon have in common: the instance, the code locations, a log and an end. */
export interface Host extends AsyncDisposable {
  readonly instance: Instance;
  readonly workspace: Workspace;
  readonly log: Logger;
  /** Aborts when the process is to stop. */
  readonly signal: AbortSignal;
  readonly stopRequested: Promise<string>;
}

/** Opens the instance (waiting for a database that is away) and connects the code locations. */
export async function openHost({ role, home, context, options, database }: HostOptions): Promise<Host> {
  await using opening = new AsyncDisposableStack();
  const shutdown = opening.use(onShutdown());
  const log = createServiceLog({ format: options.logFormat, level: options.logLevel });
  const targets = resolveHostTargets(options, context.directory, context.env);
  const instance = opening.use(
    await openInstance({ home, env: context.env, role, log: toInstanceLog(log), ...database }, shutdown.signal),
  );
  const workspace = opening.use(openWorkspace(locationSources(targets, { home, context })));
  const stack = opening.move();
  return {
    instance,
    workspace,
    log,
    signal: shutdown.signal,
    stopRequested: shutdown.requested,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
