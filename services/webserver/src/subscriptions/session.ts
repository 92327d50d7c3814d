import type { FastifyBaseLogger } from "fastify";
import { createSourceEventStream, execute, GraphQLError, OperationTypeNode } from "graphql";

import type { KnownQuery } from "../executor/known-queries.ts";
import type { GraphContext, ServerScope } from "../graphql/context.ts";
import { executeRequest, makeContext } from "../http/execute.ts";
import { formatErrors } from "../http/graphql-errors.ts";
import { persistedQueryOf } from "../http/persisted-queries.ts";
import type { Viewer } from "../viewer.ts";
import { closeCodes, type Dialect } from "./dialects.ts";

/** The part of a WebSocket that a session uses. */
export interface SessionSocket {
  send(text: string, done: (error?: Error | null) => void): void;
  close(code?: number, reason?: string): void;
  ping(): void;
  terminate(): void;
  readonly readyState: number;
  /** Bytes that the client has not taken yet. */
  readonly bufferedAmount: number;
  on(event: "message", listener: (data: { toString(): string }) => void): void;
  on(event: "close" | "pong", listener: () => void): void;
  on(event: "error", listener: (error: Error) => void): void;
}

export interface SessionOptions {
  readonly scope: ServerScope;
  /** Who opened the connection. */
  readonly viewer: Viewer;
  readonly dialect: Dialect;
  readonly log: FastifyBaseLogger;
  /** Aborts when the server stops. */
  readonly stopping: AbortSignal;
  /** How long a client may take to begin, in milliseconds. Default 10 s. */
  readonly initTimeoutMs?: number;
  /** How often a silent client is asked for a sign of life, in milliseconds. Default 20 s. */
  readonly pingEveryMs?: number;
}

interface ClientMessage {
  readonly type: string;
  readonly id: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

const open = 1;
/** Dagster's web UI has some dozen under way. */
const mostOperations = 100;
/** With so much on its way nothing more is computed for the client. */
const muchBytes = 1024 * 1024;
/** A client that asks on and takes nothing is let go. */
const mostBytes = 64 * 1024 * 1024;

/**
 * One client's connection and the operations that it runs over it.
 *
 * 1. An operation's next result is computed only after the socket has taken the one before, and most of those of other operations, so a slow client is
 *    read for slowly and waits in no memory of ours.
 * 2. Each result has a context of its own: what one loaded, the next loads again.
 * 3. When the connection ends, for whatever reason, every operation of it is aborted.
 */
export function startSession(socket: SessionSocket, options: SessionOptions): void {
  const { scope, viewer, dialect, log, stopping, initTimeoutMs = 10_000, pingEveryMs = 20_000 } = options;
  const ended = new AbortController();
  const signal = AbortSignal.any([ended.signal, stopping]);
  const operations = new Map<string, AbortController>();
  let isAcknowledged = false;
  let isAlive = true;
  let taken = Promise.withResolvers<void>();

  const sendText = (text: string): Promise<void> =>
    new Promise((resolve) => {
      if (socket.readyState !== open) return resolve();
      socket.send(text, (error) => {
        if (error !== undefined && error !== null) ended.abort();
        resolve();
        taken.resolve();
        taken = Promise.withResolvers();
      });
    });
  /** Waits until the client has taken most of what is on its way. */
  const untilTaken = async (): Promise<void> => {
    while (socket.readyState === open && socket.bufferedAmount > muchBytes) await taken.promise;
  };
  const send = (message: Readonly<Record<string, unknown>>): Promise<void> => sendText(JSON.stringify(message));
  const breach = (code: number, reason: string): void => {
    if (dialect.isStrict) socket.close(code, shortReason(reason));
    else void send({ type: "connection_error", payload: { message: reason } });
  };

  const run = async ({ id, payload }: ClientMessage): Promise<void> => {
    const stop = new AbortController();
    operations.set(id, stop);
    const within = AbortSignal.any([signal, stop.signal]);
    try {
      for await (const result of results(payload, within)) {
        if (within.aborted) return;
        if ("refused" in result) {
          await send({ type: "error", id, payload: dialect.errorPayload(result.refused) });
          return;
        }
        const { body } = result;
        await sendText(`{"type":"${dialect.data}","id":${JSON.stringify(id)},"payload":${body.toString()}}`);
        await untilTaken();
      }
      if (!within.aborted) await send({ type: "complete", id });
    } catch (error) {
      log.error({ err: error }, "A GraphQL operation over a WebSocket failed");
      const errors = formatErrors([new GraphQLError(String(error), { originalError: error as Error })], log);
      if (!within.aborted) await send({ type: "error", id, payload: dialect.errorPayload(errors) });
    } finally {
      stop.abort();
      if (operations.get(id) === stop) operations.delete(id);
    }
  };

  const newContext =
    (within: AbortSignal) =>
    (deadline?: AbortSignal): GraphContext =>
      makeContext(scope, viewer, deadline === undefined ? within : AbortSignal.any([within, deadline]), log);
  /** The body is JSON text. */
  type Result = { readonly body: string | Buffer } | { readonly refused: readonly unknown[] };
  async function* results(payload: ClientMessage["payload"], within: AbortSignal): AsyncGenerator<Result, void, undefined> {
    const { variables, operationName } = payload;
    const text = typeof payload["query"] === "string" && payload["query"] !== "" ? payload["query"] : null;
    let query: string;
    try {
      query = scope.persisted.resolve(text, persistedQueryOf(payload["extensions"])) ?? "";
    } catch (error) {
      yield { refused: formatErrors([error as GraphQLError], log) };
      return;
    }
    const request = {
      query,
      variables: typeof variables === "object" && variables !== null ? (variables as Readonly<Record<string, unknown>>) : {},
      operationName: typeof operationName === "string" ? operationName : null,
    };
    const { schema } = scope.queries;
    let known: KnownQuery;
    try {
      known = scope.queries.read(request.query);
      scope.queries.checkVariables(request.variables);
    } catch (error) {
      yield { refused: formatErrors([error as GraphQLError], log) };
      return;
    }
    const operation = known.operation(request.operationName);
    if (operation?.node.operation !== OperationTypeNode.SUBSCRIPTION) {
      const { body, errors } = await executeRequest(request, scope, viewer, newContext(within));
      // What is wrong with a field has its path; what has none kept the operation from being carried out.
      const isRefused = errors.length > 0 && errors.every(({ path }) => path === undefined);
      yield isRefused ? { refused: errors } : { body };
      return;
    }
    if (known.problems.length > 0) {
      yield { refused: formatErrors(known.problems, log) };
      return;
    }

    if (operation.isEmpty(request.variables)) {
      yield {
        refused: formatErrors([new GraphQLError("A subscription needs its field; @skip or @include leaves it out here")], log),
      };
      return;
    }

    const base = { schema, document: known.document, variableValues: request.variables, operationName: request.operationName };
    const source = await createSourceEventStream({ ...base, contextValue: makeContext(scope, viewer, within, log) });
    if (!(Symbol.asyncIterator in source)) {
      yield { refused: formatErrors(source.errors ?? [], log) };
      return;
    }
    for await (const event of source) {
      try {
        const { text } = await operation.write(event, request.variables, makeContext(scope, viewer, within, log));
        yield { body: text.toBody(`{"data":`, "}") };
      } catch {
        // By the reference, which tells of each field that has no answer.
        const { data, errors } = await execute({
          ...base,
          rootValue: event,
          contextValue: makeContext(scope, viewer, within, log),
        });
        yield { body: JSON.stringify({ data, ...(errors !== undefined && { errors: formatErrors(errors, log) }) }) };
      }
    }
  }

  const refuseOneMore = (id: string): void => {
    const message = `This connection has ${mostOperations} operations under way, and no more are taken; end some, or open another`;
    void send({ type: "error", id, payload: dialect.errorPayload([{ message }]) });
  };
  const receive = (message: ClientMessage): void => {
    switch (message.type) {
      case "connection_init":
        if (isAcknowledged && dialect.isStrict) return socket.close(closeCodes.tooManyInits, "Too many initialisation requests");
        isAcknowledged = true;
        clearTimeout(initTimer);
        return void send({ type: "connection_ack" });
      case "connection_terminate":
        return socket.close(1000);
      case "ping":
        return void send({ type: "pong" });
      case "pong":
        return;
      case dialect.start:
        if (!isAcknowledged) return breach(closeCodes.unauthorized, "Unauthorized: send connection_init first");
        if (operations.has(message.id)) return breach(closeCodes.subscriberExists, `Subscriber for ${message.id} already exists`);
        if (operations.size >= mostOperations) return refuseOneMore(message.id);
        return void run(message);
      case dialect.stop:
        return operations.get(message.id)?.abort();
      default:
        return breach(closeCodes.badRequest, `Invalid message type "${message.type}"`);
    }
  };

  const initTimer = setTimeout(() => {
    breach(closeCodes.initTimeout, "Connection initialisation timeout");
    // The older protocol has no code for it; waiting on would keep a connection for nobody.
    socket.close(closeCodes.initTimeout, "Connection initialisation timeout");
  }, initTimeoutMs);
  const pingTimer = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, pingEveryMs);
  const close = (): void => socket.close(closeCodes.goingAway, "The server is stopping");
  stopping.addEventListener("abort", close, { once: true });

  socket.on("message", (data) => {
    isAlive = true;
    // Answers to what it asks meanwhile would be all that its memory is for.
    if (socket.bufferedAmount > mostBytes) return socket.terminate();
    const message = parseMessage(data.toString());
    if (message === null) breach(closeCodes.badRequest, "Invalid message received");
    else receive(message);
  });
  socket.on("pong", () => {
    isAlive = true;
  });
  socket.on("error", (error) => log.debug({ err: error }, "A WebSocket failed"));
  socket.on("close", () => {
    clearTimeout(initTimer);
    clearInterval(pingTimer);
    stopping.removeEventListener("abort", close);
    ended.abort();
    taken.resolve();
  });
}

/** A reason has 123 bytes at most; a longer one, as of a message that somebody made up, cannot be sent. */
const shortReason = (reason: string): string => (Buffer.byteLength(reason) <= 123 ? reason : `${reason.slice(0, 38)}…`);

function parseMessage(text: string): ClientMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || !("type" in value) || typeof value.type !== "string") return null;
  const { id, payload } = value as { readonly id?: unknown; readonly payload?: unknown };
  return {
    type: value.type,
    id: typeof id === "string" || typeof id === "number" ? String(id) : "",
    payload: typeof payload === "object" && payload !== null ? (payload as ClientMessage["payload"]) : {},
  };
}
