export { type Address, formatAddress, isLocalAddress, parseAddress } from "./address.ts";
export {
  type CallOptions,
  type CodeLocationApi,
  type ComputeLogPart,
  type ComputeLogRequest,
  type CurrentWorkers,
  type LaunchRequest,
  type LoadError,
  type LocationState,
  protocolVersion,
  type TickEvaluation,
  type TickEvaluationAnswer,
  type WorkerEvent,
} from "./code-location-api.ts";
export { type CodeLocationClient, type CodeLocationClientOptions, createCodeLocationClient } from "./code-location-client.ts";
export {
  type CodeLocationHandlers,
  type CodeLocationRpcServer,
  type CodeLocationRpcServerOptions,
  startCodeLocationRpcServer,
} from "./code-location-rpc-server.ts";
export { compressJson, compressJsonText, type CompressedJson, decompressJson } from "./compressed-json.ts";
export {
  AddressError,
  CallTimeoutError,
  CodeLocationStoppingError,
  CodeLocationUnreachableError,
  EvaluationTimeoutError,
  InsecureListenError,
  ListenError,
  LocationNotLoadedError,
  LocationSnapshotNotFoundError,
  ShutdownNotSupportedError,
  MalformedPayloadError,
  PayloadTooLargeError,
  ProtocolVersionError,
  RemoteError,
  UnauthenticatedError,
  UserCodeError,
} from "./errors.ts";
export { isTransientCallError } from "./grpc-status.ts";
