import { createHash, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { chmodSync, rmSync } from "node:fs";
import { connect } from "node:net";
import {
  type Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import {
  type JsonValue,
  runId,
  type RunConfigPart,
  type RunSelection,
  type ScheduleEvaluation,
  type SensorEvaluation,
  type SnapshotId,
  snapshotId,
} from "@dagwright/model";
import { type Address, formatAddress, isLocalAddress, parseAddress } from "./address.ts";
import type { CallOptions, CodeLocationApi, TickEvaluation } from "./code-location-api.ts";
import { compressJson, type CompressedJson, decompressJson, toChunks } from "./compressed-json.ts";
import { InsecureListenError, ListenError, UnauthenticatedError } from "./errors.ts";
import { toEvaluationAnswers } from "./evaluation-answers.ts";
import type { Chunk, CodeLocationMethods } from "./gen/code-location.ts";
import { type Health, openHealth } from "./health.ts";
import { toGrpcStatus } from "./grpc-status.ts";
import { messageLimitBytes } from "./limits.ts";
import { codeLocationService, healthService } from "./services.ts";
import { toLocationMessage, toWorkerEventMessage } from "./wire.ts";

/** What serves a code location. Snapshots are handed over as they are kept, compressed. */
export type CodeLocationHandlers = Omit<CodeLocationApi, "getSnapshot"> & {
  /** @param options - `acceptsShared`: the caller reads what `sharePartitions` gives */
  getSnapshot(id: SnapshotId, options: CallOptions & { readonly acceptsShared: boolean }): Promise<CompressedJson>;
};

export interface CodeLocationRpcServerOptions {
  /** `host:port` (port 0: a free one) or `unix:PATH`. */
  readonly listen: string;
  readonly handlers: CodeLocationHandlers;
  /** Callers must present it; whoever has it can execute code. Health checks need none, as probes have none. */
  readonly token?: string;
  /** Serve TLS. PEM; with `clientCa` callers need a certificate that it signed. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer; readonly clientCa?: Buffer };
  /** Serve beyond this machine without TLS and token, because the network is private (a compose network, a pod's). Default false. */
  readonly insecure?: boolean;
  /** Told of failures that nobody expected. */
  readonly onError?: (error: unknown, method: string) => void;
}

export interface CodeLocationRpcServer extends AsyncDisposable {
  /** Where it listens, with the port it got. */
  readonly address: string;
  readonly health: Health;
}

/** How long calls in flight may take to end once the server is disposed of. */
const shutdownGraceMs = 2_000;

/**
 * Serves a code location over gRPC. Disposing ends watches, lets other calls finish for two seconds, then cuts them off.
 *
 * @throws AddressError, InsecureListenError, ListenError
 */
export async function startCodeLocationRpcServer(options: CodeLocationRpcServerOptions): Promise<CodeLocationRpcServer> {
  const wanted = parseAddress(options.listen);
  const { token, tls, insecure = false } = options;
  if (!isLocalAddress(wanted) && token === undefined && tls === undefined && !insecure)
    throw new InsecureListenError(options.listen);

  const server = new Server({
    "grpc.max_receive_message_length": messageLimitBytes,
    "grpc.max_send_message_length": messageLimitBytes,
  });
  const closing = new AbortController();
  const health = openHealth(closing.signal);
  const guard = guardCalls({ ...options, closing: closing.signal });
  server.addService(codeLocationService as unknown as ServiceDefinition, codeLocationImplementation(options.handlers, guard));
  server.addService(
    healthService as unknown as ServiceDefinition,
    health.implementation as unknown as UntypedServiceImplementation,
  );

  const serverCredentials =
    tls === undefined
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(
          tls.clientCa ?? null,
          [{ cert_chain: tls.cert, private_key: tls.key }],
          tls.clientCa !== undefined,
        );
  const address = await bind(server, wanted, serverCredentials);

  return {
    address: formatAddress(address),
    health,
    async [Symbol.asyncDispose]() {
      const ended = Promise.withResolvers<void>();
      server.tryShutdown(() => ended.resolve());
      closing.abort(new Error("The server is closing"));
      const impatience = setTimeout(() => {
        server.forceShutdown();
        ended.resolve();
      }, shutdownGraceMs);
      await ended.promise;
      clearTimeout(impatience);
      if (address.kind === "unix") rmSync(address.path, { force: true });
    },
  };
}

async function bind(server: Server, wanted: Address, serverCredentials: ServerCredentials): Promise<Address> {
  if (wanted.kind === "unix") await removeStaleSocket(wanted.path);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(formatAddress(wanted), serverCredentials, (error, bound) => {
      if (error === null) resolve(bound);
      else reject(new ListenError(formatAddress(wanted), error));
    });
  });
  if (wanted.kind === "tcp") return { ...wanted, port };
  chmodSync(wanted.path, 0o600);
  return wanted;
}

/** A socket's file stays when its server was killed; one that answers belongs to a living server. */
async function removeStaleSocket(path: string): Promise<void> {
  const socket = connect(path);
  try {
    await once(socket, "connect");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ECONNREFUSED") rmSync(path, { force: true });
    return;
  } finally {
    socket.destroy();
  }
  throw new ListenError(`unix:${path}`, new Error("another server listens there"));
}

type UnaryHandler<Request, Response> = (request: Request, options: CallOptions) => Promise<Response>;
type StreamHandler<Request, Response> = (request: Request, options: CallOptions) => AsyncIterable<Response>;
interface Guard {
  unary<Request, Response>(
    method: string,
    handle: UnaryHandler<Request, Response>,
  ): (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => void;
  stream<Request, Response>(
    method: string,
    handle: StreamHandler<Request, Response>,
  ): (call: ServerWritableStream<Request, Response>) => void;
}

/** What every method needs: the token, the deadline, the caller's hanging up, and failures as statuses. */
function guardCalls({
  token,
  onError,
  closing,
}: Pick<CodeLocationRpcServerOptions, "token" | "onError"> & { readonly closing: AbortSignal }): Guard {
  const expected = token === undefined ? null : sha256(`Bearer ${token}`);
  const authenticate = (metadata: Metadata): void => {
    if (expected === null) return;
    const [presented] = metadata.get("authorization");
    if (!timingSafeEqual(expected, sha256(String(presented)))) throw new UnauthenticatedError("this address");
  };
  const callOptions = (
    call: ServerUnaryCall<never, never> | ServerWritableStream<never, never>,
    signal: AbortSignal,
  ): CallOptions => {
    const deadline = Number(call.getDeadline());
    return Number.isFinite(deadline) ? { signal, timeoutMs: Math.max(0, deadline - Date.now()) } : { signal };
  };
  const failed = (error: unknown, method: string): ReturnType<typeof toGrpcStatus> => {
    const told = toGrpcStatus(error);
    if (told.metadata === undefined) onError?.(error, method);
    return told;
  };

  return {
    unary: (method, handle) => (call, callback) => {
      const hungUp = new AbortController();
      call.on("cancelled", () => hungUp.abort(new Error(`The caller of ${method} hung up`)));
      const answer = async (): Promise<void> => {
        try {
          authenticate(call.metadata);
          callback(null, await handle(call.request, callOptions(call as never, hungUp.signal)));
        } catch (error) {
          callback(failed(error, method));
        }
      };
      answer().catch((error: unknown) => onError?.(error, method));
    },

    stream: (method, handle) => (call) => {
      const hungUp = new AbortController();
      call.on("cancelled", () => hungUp.abort(new Error(`The caller of ${method} hung up`)));
      const signal = AbortSignal.any([hungUp.signal, closing]);
      const answer = async (): Promise<void> => {
        try {
          authenticate(call.metadata);
          for await (const message of handle(call.request, callOptions(call as never, signal))) {
            if (!call.write(message)) await once(call, "drain", { signal });
          }
          call.end();
        } catch (error) {
          if (closing.aborted) call.end();
          else if (!hungUp.signal.aborted) call.emit("error", failed(error, method));
        }
      };
      answer().catch((error: unknown) => onError?.(error, method));
    },
  };
}

const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();

function codeLocationImplementation(handlers: CodeLocationHandlers, guard: Guard): UntypedServiceImplementation {
  type Methods = CodeLocationMethods;
  async function* chunks(document: Promise<CompressedJson>): AsyncGenerator<Chunk> {
    yield* toChunks(await document);
  }
  const known = (id: string): ReturnType<typeof snapshotId> | null => (id === "" ? null : snapshotId(id));

  const implementation = {
    getLocation: guard.unary("GetLocation", async (_: Methods["getLocation"]["request"], options) =>
      toLocationMessage(await handlers.getLocation(options)),
    ),
    watchLocation: guard.stream("WatchLocation", async function* (_: Methods["watchLocation"]["request"], options) {
      for await (const state of handlers.watchLocation(options)) yield toLocationMessage(state);
    }),
    getSnapshot: guard.stream("GetSnapshot", (request: Methods["getSnapshot"]["request"], options) =>
      chunks(handlers.getSnapshot(snapshotId(request.snapshotId), { ...options, acceptsShared: request.acceptsShared })),
    ),
    reload: guard.unary("Reload", async (_: Methods["reload"]["request"], options) =>
      toLocationMessage(await handlers.reload(options)),
    ),
    shutdown: guard.unary("Shutdown", async (_: Methods["shutdown"]["request"], options) => {
      await handlers.shutdown(options);
      return {};
    }),
    validateRunConfig: guard.stream("ValidateRunConfig", (request: Methods["validateRunConfig"]["request"], options) => {
      const validate = async (): Promise<CompressedJson> => {
        const runConfig = (await decompressJson(request.runConfig, "the run config")) as JsonValue;
        const { jobName } = request;
        // Absent from hosts that are older than it.
        const part =
          request.part.length === 0 ? {} : { part: (await decompressJson(request.part, "the part of the job")) as RunConfigPart };
        return compressJson(
          await handlers.validateRunConfig({ snapshotId: known(request.snapshotId), jobName, runConfig, ...part }, options),
        );
      };
      return chunks(validate());
    }),
    getExecutionPlan: guard.stream("GetExecutionPlan", (request: Methods["getExecutionPlan"]["request"], options) => {
      const plan = async (): Promise<CompressedJson> => {
        const selection = (await decompressJson(request.selection, "the selection")) as RunSelection;
        const { jobName } = request;
        return compressJson(
          await handlers.getExecutionPlan({ snapshotId: known(request.snapshotId), jobName, selection }, options),
        );
      };
      return chunks(plan());
    }),
    getPartitionConfig: guard.stream("GetPartitionConfig", (request: Methods["getPartitionConfig"]["request"], options) => {
      const { jobName, partitionKey } = request;
      const asked = { snapshotId: known(request.snapshotId), jobName, partitionKey };
      return chunks(handlers.getPartitionConfig(asked, options).then(compressJson));
    }),
    evaluateSchedule: guard.stream("EvaluateSchedule", ({ name, context }: Methods["evaluateSchedule"]["request"], options) => {
      const evaluate = async (): Promise<CompressedJson> => {
        const told = (await decompressJson(context, "the schedule's context")) as ScheduleEvaluation;
        return compressJson(await handlers.evaluateSchedule({ name, context: told }, options));
      };
      return chunks(evaluate());
    }),
    evaluateSensor: guard.stream("EvaluateSensor", ({ name, context }: Methods["evaluateSensor"]["request"], options) => {
      const evaluate = async (): Promise<CompressedJson> => {
        const told = (await decompressJson(context, "the sensor's context")) as SensorEvaluation;
        return compressJson(await handlers.evaluateSensor({ name, context: told }, options));
      };
      return chunks(evaluate());
    }),
    evaluateMany: guard.stream("EvaluateMany", async function* ({ evaluations }: Methods["evaluateMany"]["request"], options) {
      const asked = (await decompressJson(evaluations, "the evaluations")) as readonly TickEvaluation[];
      for await (const answers of handlers.evaluateMany(asked, options))
        yield { answers: await compressJson(toEvaluationAnswers(answers)) };
    }),
    launchRun: guard.unary("LaunchRun", async (request: Methods["launchRun"]["request"], options) => {
      const { attempt, fence, jobName } = request;
      const launch = { runId: runId(request.runId), attempt, fence, jobName, jobSnapshotId: snapshotId(request.jobSnapshotId) };
      return { worker: await compressJson(await handlers.launchRun(launch, options)) };
    }),
    terminateRun: guard.unary("TerminateRun", async (request: Methods["terminateRun"]["request"], options) => ({
      found: await handlers.terminateRun({ runId: runId(request.runId), graceMs: request.graceMs }, options),
    })),
    watchWorkers: guard.stream("WatchWorkers", async function* (_: Methods["watchWorkers"]["request"], options) {
      for await (const event of handlers.watchWorkers(options)) yield toWorkerEventMessage(event);
    }),
    readComputeLog: guard.stream("ReadComputeLog", (request: Methods["readComputeLog"]["request"], options) =>
      handlers.readComputeLog({ ...request, stream: request.stream === "STDERR" ? "stderr" : "stdout" }, options),
    ),
  } satisfies Record<keyof Methods, unknown>;
  return implementation as unknown as UntypedServiceImplementation;
}
