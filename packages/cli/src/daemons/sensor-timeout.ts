import { UsageError } from "../errors.ts";

/** Dagster's names, the more special one first. */
const names = ["DAGSTER_SENSOR_GRPC_TIMEOUT_SECONDS", "DAGSTER_GRPC_TIMEOUT_SECONDS"] as const;

/**
 * How long an evaluation of a sensor may take that does not say so itself, as the environment has it.
 *
 * @throws UsageError for what is no number of seconds
 */
export function sensorTimeout(env: Readonly<Record<string, string | undefined>>): { readonly sensorTimeoutMs?: number } {
  const name = names.find((one) => env[one] !== undefined && env[one] !== "");
  if (name === undefined) return {};
  const seconds = Number(env[name]);
  if (Number.isFinite(seconds) && seconds > 0) return { sensorTimeoutMs: seconds * 1_000 };
  throw new UsageError(`The environment's ${name} is "${env[name]}"; it must be a number of seconds, e.g. 120.`);
}
