import { expect, it } from "vitest";
import { parseInstanceConfig } from "./instance-config.ts";
import { keysWithoutEffect } from "./without-effect.ts";

const keysOf = (text: string): readonly string[] => keysWithoutEffect(parseInstanceConfig(text, "dagster.yaml", {}));

it("a file that asks for nothing more than there is has none", () => {
  expect(keysOf("")).toEqual([]);
  expect(
    keysOf(
      "run_monitoring: {start_timeout_seconds: 5, max_resume_run_attempts: 2}\nrun_queue: {max_concurrent_runs: 3, max_user_code_failure_retries: 1}\nschedules: {num_workers: 2}\nretention: {schedule: {purge_after_days: 90}}\n",
    ),
  ).toEqual([]);
  expect(keysOf("run_coordinator: {module: dagster, class: DefaultRunCoordinator}")).toEqual([]);
  expect(keysOf("run_retries: {enabled: true, max_retries: 3}")).toEqual([]);
  expect(keysOf("concurrency: {pools: {default_limit: 2, granularity: run, op_granularity_run_buffer: 3}}")).toEqual([]);
});

it.each([
  ["python_logs: {managed_python_loggers: [a]}", "python_logs.managed_python_loggers"],
  ["backfills: {num_workers: 2}", "backfills.num_workers"],
])("%s is told as %s", (text, key) => {
  expect(keysOf(text)).toEqual([key]);
});
