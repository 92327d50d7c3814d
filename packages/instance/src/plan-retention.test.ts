import { expect, test } from "vitest";
import { parseInstanceConfig } from "./config/instance-config.ts";
import { planRetention } from "./plan-retention.ts";

const day = 86_400_000;
const planOf = (retention: string) =>
  planRetention(parseInstanceConfig(`retention: ${retention}`, "dagster.yaml", {}).retention, 100 * day);

test("without a word skipped ticks of sensors and of automation are kept for a week, evaluations for thirty days, and all else for good", () => {
  const skipped = { kind: "ticks", status: "SKIPPED", beforeMs: 93 * day };
  expect(planOf("{}")).toEqual([
    { ...skipped, instigatorKind: "SENSOR" },
    { ...skipped, instigatorKind: "AUTOMATION" },
    { kind: "evaluations", beforeMs: 70 * day },
  ]);
});

test("ticks are removed by kind and status", () => {
  expect(
    planOf(
      "{schedule: {purge_after_days: 90}, sensor: {purge_after_days: {skipped: -1, failure: 1}}, auto_materialize: {purge_after_days: -1}}",
    ).flatMap((step) => (step.kind === "ticks" ? [[step.instigatorKind, step.status, step.beforeMs / day]] : [])),
  ).toEqual([
    ["SCHEDULE", "STARTED", 10],
    ["SCHEDULE", "SKIPPED", 10],
    ["SCHEDULE", "SUCCESS", 10],
    ["SCHEDULE", "FAILURE", 10],
    ["SENSOR", "FAILURE", 99],
  ]);
});

test("what runs wrote is kept no longer than they are, and runs go last", () => {
  const rest = planOf(
    "{sensor: {purge_after_days: -1}, auto_materialize: {purge_after_days: -1}, runs: {purge_after_days: 30}, run_logs: {purge_after_days: 7}, asset_events: {purge_after_days: 80}, event_stream: {purge_after_days: 10}}",
  );
  expect(rest).toEqual([
    { kind: "evaluations", beforeMs: 70 * day },
    { kind: "events", class: "run_logs", beforeMs: 93 * day },
    { kind: "events", class: "run_events", beforeMs: 70 * day },
    { kind: "events", class: "asset_events", beforeMs: 20 * day },
    { kind: "event_stream", beforeMs: 90 * day },
    { kind: "runs", beforeMs: 70 * day },
  ]);
});
