// Made from protos/ by `pnpm gen`; not edited by hand.

/** The methods of `grpc.health.v1.Health`; `streams` when the answer is a stream. */
export interface HealthMethods {
  readonly check: { readonly request: HealthCheckRequest; readonly response: HealthCheckResponse; readonly streams: false };
  readonly watch: { readonly request: HealthCheckRequest; readonly response: HealthCheckResponse; readonly streams: true };
}

export interface HealthCheckRequest {
  readonly service: string;
}

export interface HealthCheckResponse {
  readonly status: HealthCheckResponseServingStatus;
}

export type HealthCheckResponseServingStatus = "UNKNOWN" | "SERVING" | "NOT_SERVING" | "SERVICE_UNKNOWN";
