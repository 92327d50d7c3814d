export interface RetryPolicySnapshot {
  readonly maxRetries: number;
  readonly delaySeconds: number | null;
  readonly backoff: "LINEAR" | "EXPONENTIAL" | null;
  readonly jitter: "FULL" | "PLUS_MINUS" | null;
}
