import { type RunEvent, stepKey } from "@dagwright/model";
import { expect, test } from "vitest";

import { launch, work } from "../../testing/run-history.ts";
import { serveNumbers } from "../../testing/served-numbers.ts";

test("steps of a run are told as storage counts them, with their attempts", async () => {
  await using served = await serveNumbers();
  const id = await launch(served);
  const step = (type: string, key: string, atMs: number) => ({ type, stepKey: stepKey(key), atMs, message: "" }) as RunEvent;
  await work(served, served.workspace.launched[0]!, [
    step("STEP_WORKER_STARTING", "waiting", 5),
    step("STEP_START", "again", 10),
    step("STEP_UP_FOR_RETRY", "again", 20),
    step("STEP_START", "running", 15),
    step("STEP_RESTARTED", "again", 30),
    step("STEP_SUCCESS", "again", 40),
    step("STEP_SKIPPED", "skipped", 50),
    step("STEP_START", "failed", 60),
    step("STEP_FAILURE", "failed", 61),
    step("STEP_START", "lost", 70),
    step("STEP_FAILURE", "lost", 71),
    step("STEP_START", "lost", 72),
  ]);
  const { data } = await served.graphql(
    `query($id: ID!) { runOrError(runId: $id) { ... on Run { stepStats { stepKey status startTime endTime attempts { startTime endTime } } } } }`,
    { id },
  );
  const told: { stepKey: string; status: string; startTime: number; endTime: number; attempts: object[] }[] =
    data.runOrError.stepStats;
  expect(told).toEqual([
    { stepKey: "again", status: "SUCCESS", startTime: 0.01, endTime: 0.04, attempts: [span(0.01, 0.02), span(0.03, 0.04)] },
    { stepKey: "running", status: "IN_PROGRESS", startTime: 0.015, endTime: null, attempts: [span(0.015, null)] },
    { stepKey: "failed", status: "FAILURE", startTime: 0.06, endTime: 0.061, attempts: [span(0.06, 0.061)] },
    { stepKey: "lost", status: "IN_PROGRESS", startTime: 0.07, endTime: null, attempts: [span(0.07, 0.071), span(0.072, null)] },
    { stepKey: "skipped", status: "SKIPPED", startTime: null, endTime: 0.05, attempts: [] },
  ]);
  const kept = await served.storage.events.stepStats([id]);
  const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000);
  expect(told.map(({ attempts, ...rest }) => ({ ...rest, attempts: attempts.length })).toSorted(byKey)).toEqual(
    kept
      .map((each) => ({
        stepKey: each.stepKey,
        status: each.status,
        startTime: seconds(each.startedAtMs),
        endTime: seconds(each.endedAtMs),
        attempts: each.attempts,
      }))
      .toSorted(byKey),
  );
});

const span = (startTime: number, endTime: number | null) => ({ startTime, endTime });
const byKey = (a: { readonly stepKey: string }, b: { readonly stepKey: string }): number => a.stepKey.localeCompare(b.stepKey);
