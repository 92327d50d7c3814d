import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { type CommandContext, homeOf } from "../context.ts";
import { UsageError } from "../errors.ts";
import { addHostTargetOptions, addLogOptions, type LogOptions, parsePort, refuseOptions } from "../options.ts";
import type { HostTargetOptions } from "../project-target.ts";
import { addExample } from "./answer-options.ts";

interface WebserverCommandOptions extends HostTargetOptions, LogOptions {
  readonly host: string;
  readonly port: number;
  readonly pathPrefix: string;
  readonly readOnly?: boolean;
  /** In milliseconds. */
  readonly dbStatementTimeout: number;
  /** In seconds; 0: however old. */
  readonly dbPoolRecycle: number;
  readonly dbPoolMaxOverflow: number;
  /** In milliseconds. */
  readonly liveDataPollRate: number;
  /** In seconds. */
  readonly queryTimeout: number;
  readonly allowedOrigin: readonly string[];
  readonly allowedHost: readonly string[];
  readonly maxWebsockets: number;
  readonly trustedProxy: readonly string[];
  readonly suppressWarnings?: boolean;
  readonly allowedQueries?: string;
  readonly introspection: boolean;
}

export function addWebserverCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("webserver")
    .description("serve the GraphQL API and the pages")
    .addOption(new Option("-h, --host <host>", "address to listen on").default("127.0.0.1").env("DAGSTER_WEBSERVER_HOST"))
    .addOption(
      new Option("-p, --port <port>", "port to listen on; 0 takes any")
        .argParser(parsePort)
        .default(3000)
        .env("DAGSTER_WEBSERVER_PORT"),
    )
    .addOption(
      new Option("-l, --path-prefix <path>", "path under which everything is served")
        .default("")
        .env("DAGSTER_WEBSERVER_PATH_PREFIX"),
    )
    .addOption(new Option("--read-only", "refuse every mutation").env("DAGSTER_WEBSERVER_READ_ONLY"))
    .addOption(
      new Option("--db-statement-timeout <milliseconds>", "how long one statement may take in the database")
        .argParser(parseWhole(1))
        .default(15_000)
        .env("DAGSTER_WEBSERVER_DB_STATEMENT_TIMEOUT"),
    )
    .addOption(
      new Option("--db-pool-recycle <seconds>", "how old a connection to the database may get; -1: as old as it likes")
        .argParser(parseWhole(-1))
        .default(3600)
        .env("DAGSTER_WEBSERVER_DB_POOL_RECYCLE"),
    )
    .addOption(
      new Option("--db-pool-max-overflow <connections>", "most connections to the database besides the first")
        .argParser(parseWhole(0))
        .default(4)
        .env("DAGSTER_WEBSERVER_DB_POOL_MAX_OVERFLOW"),
    )
    .addOption(
      new Option("--live-data-poll-rate <milliseconds>", "how often pages ask for what may have changed")
        .argParser(parseWhole(100))
        .default(2_000)
        .env("DAGSTER_WEBSERVER_LIVE_DATA_POLL_RATE"),
    )
    .option("--query-timeout <seconds>", "how long a whole query may take", parseWhole(1), 60)
    .option("--allowed-origin <origin...>", "pages of these sites may use the API, e.g. https://tools.example.com", [])
    .option("--allowed-host <name...>", "names by which it is reached, and no others besides this machine's own", [])
    .option("--max-websockets <connections>", "most WebSockets that one address may have open", parseWhole(1), 200)
    .option(
      "--trusted-proxy <address...>",
      "proxies that tell by X-Forwarded-For from whom a request comes: addresses, or networks as 10.0.0.0/8",
      parseProxy,
      [] as readonly string[],
    )
    .addOption(
      new Option("--suppress-warnings", "show no warnings of Node and of libraries").env("DAGSTER_WEBSERVER_SUPPRESS_WARNINGS"),
    )
    .option("--allowed-queries <file>", "carry out only the queries of this file, a JSON list of texts or object of them")
    .option("--no-introspection", "do not tell the schema");
  addExample(command, "webserver -w workspace.yaml -h 0.0.0.0 -p 3000", "webserver --read-only -l /dagwright");
  refuseOptions(command, {
    "--uvicorn-log-level <level>": "There is one log, for all that the webserver does: --log-level.",
    "--dagster-log-level <level>": "There is one log, for all that the webserver does: --log-level.",
    "--code-server-log-level <level>":
      "Code locations that a service starts log what their code logs; one with a level of its own is started by `dagwright code-location start --log-level`.",
    "--instance-ref <text>": "The instance is named by its home: DAGWRIGHT_HOME.",
    "--shutdown-pipe <number>": "It ends in order when it is sent SIGTERM or SIGINT.",
  });
  addLogOptions(addHostTargetOptions(command)).action(async (options: WebserverCommandOptions) => {
    const place = options.suppressWarnings === true ? withoutWarnings(context) : context;
    const allowedQueries =
      options.allowedQueries === undefined ? null : readQueries(resolve(context.directory, options.allowedQueries));
    const [{ startWebserver }, { openHost }, { announceReady }] = await Promise.all([
      import("@dagwright/webserver"),
      import("../host.ts"),
      import("../dev/ready.ts"),
    ]);
    const database = {
      statementTimeoutMs: options.dbStatementTimeout,
      maxConnections: options.dbPoolMaxOverflow + 1,
      ...(options.dbPoolRecycle > 0 && { maxConnectionAgeSeconds: options.dbPoolRecycle }),
    };
    await using host = await openHost({ role: "webserver", home: homeOf(context), context: place, options, database });
    await using webserver = await startWebserver(
      {
        instance: host.instance,
        workspace: host.workspace,
        log: host.log,
        host: options.host,
        port: options.port,
        pathPrefix: options.pathPrefix,
        readOnly: options.readOnly ?? false,
        liveDataPollRate: options.liveDataPollRate,
        queryTimeoutMs: options.queryTimeout * 1_000,
        introspection: options.introspection,
        allowedOrigins: options.allowedOrigin,
        allowedHosts: options.allowedHost,
        maxWebSockets: options.maxWebsockets,
        trustedProxies: options.trustedProxy,
        ...(allowedQueries !== null && { allowedQueries }),
      },
      host.signal,
    );
    host.log.info(`serving at ${webserver.url}`);
    announceReady({ url: webserver.url });
    await host.stopRequested;
  });
}

/** Node shows no more warnings in this process, nor in those that it starts. */
function withoutWarnings(context: CommandContext): CommandContext {
  process.removeAllListeners("warning");
  return { ...context, env: { ...context.env, NODE_NO_WARNINGS: "1" } };
}

/** One more address, or network. */
function parseProxy(text: string, before: readonly string[]): readonly string[] {
  const [address = "", bits, ...more] = text.split("/");
  const version = isIP(address);
  const isNetwork = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
  if (version === 0 || !isNetwork || more.length > 0)
    throw new InvalidArgumentError("It must be an address, as 10.0.0.7, or a network, as 10.0.0.0/8.");
  return [...before, text];
}

/** A whole number, and no smaller one than that. */
function parseWhole(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^-?\d{1,9}$/.test(text) || value < least) throw new InvalidArgumentError(`It must be a whole number from ${least} on.`);
    return value;
  };
}

/** @throws UsageError when the file is not there, or holds something else */
function readQueries(file: string): readonly string[] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new UsageError(`${file} cannot be read as JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  const texts: unknown[] = typeof content === "object" && content !== null ? Object.values(content) : [];
  if (texts.length === 0 || !texts.every((text) => typeof text === "string"))
    throw new UsageError(`${file} must be a JSON list of queries, or an object whose values are queries`);
  return texts;
}
