import {
  type ChannelOptions,
  Client,
  credentials,
  Metadata,
  type MethodDefinition,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import {
  type EvaluationResult,
  type ExecutionPlan,
  type JsonObject,
  type PartitionConfig,
  type RunConfigValidation,
  type SharedLocationSnapshot,
  unsharePartitions,
} from "@dagwright/model";
import { formatAddress, parseAddress } from "./address.ts";
import type { CallOptions, CodeLocationApi } from "./code-location-api.ts";
import { compressJson, decompressJson, fromChunks } from "./compressed-json.ts";
import type { Chunk } from "./gen/code-location.ts";
import { fromEvaluationAnswers } from "./evaluation-answers.ts";
import { fromGrpcStatus } from "./grpc-status.ts";
import { messageLimitBytes } from "./limits.ts";
import { codeLocationService as methods, healthService } from "./services.ts";
import { fromLocationMessage, fromWorkerEventMessage } from "./wire.ts";

export interface CodeLocationClientOptions {
  /** `host:port` or `unix:PATH`. */
  readonly address: string;
  /** Presented with every call; needed where the server has one. */
  readonly token?: string;
  /** Speak TLS. Certificates are PEM; without `ca` the machine's own authorities count. */
  readonly tls?: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer; readonly serverName?: string };
}

export interface CodeLocationClient extends CodeLocationApi, AsyncDisposable {
  readonly address: string;
  /** Whether the server says that it serves. */
  checkHealth(options?: CallOptions): Promise<boolean>;
}

/** How long each method may take, in milliseconds, unless the call says otherwise. A watch ends then without an error and is opened anew. */
const timeoutsMs = {
  getLocation: 10_000,
  watchLocation: 3_600_000,
  getSnapshot: 60_000,
  reload: 200_000,
  shutdown: 15_000,
  validateRunConfig: 30_000,
  getPartitionConfig: 60_000,
  getExecutionPlan: 30_000,
  evaluateSchedule: 60_000,
  evaluateSensor: 60_000,
  evaluateMany: 60_000,
  launchRun: 60_000,
  terminateRun: 10_000,
  watchWorkers: 3_600_000,
  readComputeLog: 60_000,
  followComputeLog: 3_600_000,
  checkHealth: 5_000,
} as const;

const channelOptions: ChannelOptions = {
  "grpc.max_receive_message_length": messageLimitBytes,
  "grpc.max_send_message_length": messageLimitBytes,
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 5_000,
  // On one machine the kernel tells of a dead peer, over a network only a ping does; and of one that lives and does nothing only a ping tells anywhere.
  "grpc.keepalive_time_ms": 10_000,
  "grpc.keepalive_timeout_ms": 10_000,
};

/**
 * A client of one code-location server. Connects at its first call and again whenever the connection is lost.
 * Disposing ends its calls.
 *
 * @throws AddressError
 */
export function createCodeLocationClient(options: CodeLocationClientOptions): CodeLocationClient {
  const parsed = parseAddress(options.address);
  const address = formatAddress(parsed);
  const { tls, token } = options;
  const client = new Client(
    address,
    tls === undefined ? credentials.createInsecure() : credentials.createSsl(tls.ca ?? null, tls.key ?? null, tls.cert ?? null),
    tls?.serverName === undefined ? channelOptions : { ...channelOptions, "grpc.ssl_target_name_override": tls.serverName },
  );
  const metadata = (): Metadata => {
    const headers = new Metadata();
    if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
    return headers;
  };

  function unary<Request, Response>(
    method: MethodDefinition<Request, Response>,
    request: Request,
    defaultTimeoutMs: number,
    { signal, timeoutMs = defaultTimeoutMs }: CallOptions = {},
  ): Promise<Response> {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    signal?.throwIfAborted();
    const call = client.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      metadata(),
      { deadline: Date.now() + timeoutMs },
      (error, response) => {
        signal?.removeEventListener("abort", abort);
        if (error === null && response !== undefined) resolve(response);
        else if (signal?.aborted === true) reject(signal.reason as Error);
        else reject(fromGrpcStatus(error as ServiceError, { method: method.path, address, timeoutMs }));
      },
    );
    const abort = (): void => call.cancel();
    signal?.addEventListener("abort", abort, { once: true });
    return promise;
  }

  async function* streaming<Request, Response>(
    method: MethodDefinition<Request, Response>,
    request: Request,
    defaultTimeoutMs: number,
    { signal, timeoutMs = defaultTimeoutMs }: CallOptions = {},
    endsAtDeadline = false,
  ): AsyncGenerator<Response, void, undefined> {
    signal?.throwIfAborted();
    const call = client.makeServerStreamRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      metadata(),
      {
        deadline: Date.now() + timeoutMs,
      },
    );
    // A cancelled call still emits its status as an error, when nobody iterates any more.
    call.on("error", ignore);
    const abort = (): void => call.cancel();
    signal?.addEventListener("abort", abort, { once: true });
    try {
      for await (const message of call) yield message as Response;
    } catch (error) {
      signal?.throwIfAborted();
      if (endsAtDeadline && (error as ServiceError).code === status.DEADLINE_EXCEEDED) return;
      throw fromGrpcStatus(error as ServiceError, { method: method.path, address, timeoutMs });
    } finally {
      signal?.removeEventListener("abort", abort);
      call.cancel();
    }
  }

  async function document<Request>(
    method: MethodDefinition<Request, Chunk>,
    request: Request,
    defaultTimeoutMs: number,
    callOptions?: CallOptions,
  ): Promise<unknown> {
    const what = `the answer of ${method.path}`;
    return decompressJson(await fromChunks(streaming(method, request, defaultTimeoutMs, callOptions), what), what);
  }

  return {
    address,

    async getLocation(callOptions) {
      return fromLocationMessage(await unary(methods.getLocation, {}, timeoutsMs.getLocation, callOptions));
    },
    async *watchLocation(callOptions) {
      for await (const message of streaming(methods.watchLocation, {}, timeoutsMs.watchLocation, callOptions, true)) {
        yield await fromLocationMessage(message);
      }
    },
    async getSnapshot(snapshotId, callOptions) {
      const request = { snapshotId, acceptsShared: true };
      return unsharePartitions(
        (await document(methods.getSnapshot, request, timeoutsMs.getSnapshot, callOptions)) as SharedLocationSnapshot,
      );
    },
    async reload(callOptions) {
      return fromLocationMessage(await unary(methods.reload, {}, timeoutsMs.reload, callOptions));
    },
    async shutdown(callOptions) {
      await unary(methods.shutdown, {}, timeoutsMs.shutdown, callOptions);
    },
    async validateRunConfig({ snapshotId, jobName, runConfig, part }, callOptions) {
      const request = {
        snapshotId: snapshotId ?? "",
        jobName,
        runConfig: await compressJson(runConfig),
        part: part === undefined ? Buffer.alloc(0) : await compressJson(part),
      };
      return (await document(
        methods.validateRunConfig,
        request,
        timeoutsMs.validateRunConfig,
        callOptions,
      )) as RunConfigValidation;
    },
    async getExecutionPlan({ snapshotId, jobName, selection }, callOptions) {
      const request = { snapshotId: snapshotId ?? "", jobName, selection: await compressJson(selection) };
      return (await document(methods.getExecutionPlan, request, timeoutsMs.getExecutionPlan, callOptions)) as ExecutionPlan;
    },
    async getPartitionConfig({ snapshotId, jobName, partitionKey }, callOptions) {
      const request = { snapshotId: snapshotId ?? "", jobName, partitionKey };
      return (await document(methods.getPartitionConfig, request, timeoutsMs.getPartitionConfig, callOptions)) as PartitionConfig;
    },
    async evaluateSchedule({ name, context }, callOptions) {
      const request = { name, context: await compressJson(context) };
      return (await document(methods.evaluateSchedule, request, timeoutsMs.evaluateSchedule, callOptions)) as EvaluationResult;
    },
    async evaluateSensor({ name, context }, callOptions) {
      const request = { name, context: await compressJson(context) };
      return (await document(methods.evaluateSensor, request, timeoutsMs.evaluateSensor, callOptions)) as EvaluationResult;
    },
    async *evaluateMany(evaluations, callOptions) {
      const request = { evaluations: await compressJson(evaluations) };
      for await (const { answers } of streaming(methods.evaluateMany, request, timeoutsMs.evaluateMany, callOptions)) {
        yield fromEvaluationAnswers(await decompressJson(answers, "answers of evaluations"));
      }
    },
    async launchRun(request, callOptions) {
      const { worker } = await unary(methods.launchRun, request, timeoutsMs.launchRun, callOptions);
      return (await decompressJson(worker, "a worker's handle")) as JsonObject;
    },
    async terminateRun(request, callOptions) {
      const { found } = await unary(methods.terminateRun, request, timeoutsMs.terminateRun, callOptions);
      return found;
    },
    async *watchWorkers(callOptions) {
      for await (const message of streaming(methods.watchWorkers, {}, timeoutsMs.watchWorkers, callOptions, true)) {
        const event = fromWorkerEventMessage(message);
        if (event !== null) yield event;
      }
    },
    async *readComputeLog({ logKey, stream, offset = 0, maxBytes = 0, follow = false }, callOptions) {
      const request = {
        logKey,
        stream: stream === "stdout" ? ("STDOUT" as const) : ("STDERR" as const),
        offset,
        maxBytes,
        follow,
      };
      const timeoutMs = follow ? timeoutsMs.followComputeLog : timeoutsMs.readComputeLog;
      yield* streaming(methods.readComputeLog, request, timeoutMs, callOptions, follow);
    },
    async checkHealth(callOptions) {
      const answer = await unary(healthService.check, { service: "" }, timeoutsMs.checkHealth, callOptions);
      return answer.status === "SERVING";
    },

    [Symbol.asyncDispose]() {
      client.close();
      return Promise.resolve();
    },
  };
}

const ignore = (): void => {};
