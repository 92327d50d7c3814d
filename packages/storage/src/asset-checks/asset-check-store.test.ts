import { type AssetCheckEvaluationEvent, type AssetCheckEvaluationPlannedEvent, holderId, type RunId } from "@dagwright/model";
import { expect, test } from "vitest";
import { openRawClient } from "../testing/raw-client.ts";
import { newRun, runStart } from "../testing/new-run.ts";
import { describeEachWay } from "../testing/ways-in.ts";

describeEachWay("asset checks", (world) => {
  const startRun = async (): Promise<RunId> => {
    const [claim] = await world.storage.runs.submit([newRun()], { kind: "launch", holder: holderId("h"), claimMs: 60_000 });
    const { id } = claim!.run;
    await world.storage.runs.beginWork({ runId: id, attempt: 1, fence: null, worker: {}, leaseMs: 60_000, entries: [runStart] });
    return id;
  };
  const planned = (assetKey: string, checkName: string): AssetCheckEvaluationPlannedEvent => ({
    type: "ASSET_CHECK_EVALUATION_PLANNED",
    atMs: 5,
    message: "planned",
    stepKey: null,
    assetKey: [assetKey],
    checkName,
    partition: null,
  });
  const evaluated = (assetKey: string, checkName: string, success: boolean, atMs = 6): AssetCheckEvaluationEvent => ({
    type: "ASSET_CHECK_EVALUATION",
    atMs,
    message: "evaluated",
    stepKey: null,
    assetKey: [assetKey],
    checkName,
    success,
    severity: "ERROR",
    description: "odd \0",
    metadata: { rows: { type: "int", int: "3" } },
    blocking: false,
    partition: null,
    target: null,
  });
  const executions = (assetKey: string, name: string, page: { cursor?: string; limit?: number } = {}) =>
    world.storage.assetChecks.executions({ assetKey: [assetKey], name }, { limit: 10, ...page });

  test("an execution is planned, then completed by its evaluation, within one batch or in several", async () => {
    const run = await startRun();
    const append = (...entries: Parameters<typeof world.storage.events.append>[0]["entries"]) =>
      world.storage.events.append({ runId: run, attempt: 1, entries });
    await append(planned("a", "one"), planned("a", "two"));
    const [before] = await executions("a", "one");
    expect(before).toMatchObject({ runId: run, status: "PLANNED", createdAtMs: 5, evaluation: null });
    await append(evaluated("a", "one", true));
    await append(planned("a", "three"), evaluated("a", "three", false));
    expect(await executions("a", "one")).toEqual([{ ...before, status: "SUCCEEDED", evaluation: evaluated("a", "one", true) }]);
    expect((await executions("a", "two"))[0]?.status).toBe("PLANNED");
    expect((await executions("a", "three"))[0]).toMatchObject({ status: "FAILED", evaluation: evaluated("a", "three", false) });
  });

  test("a check that a retried step evaluates again keeps its one execution, with the later outcome", async () => {
    const run = await startRun();
    const append = (entry: AssetCheckEvaluationEvent | AssetCheckEvaluationPlannedEvent) =>
      world.storage.events.append({ runId: run, attempt: 1, entries: [entry] });
    await append(evaluated("retried", "c", false, 6));
    await append(evaluated("retried", "c", true, 7));
    await append(planned("retried", "c"));
    expect(await executions("retried", "c")).toMatchObject([{ status: "SUCCEEDED", evaluation: { atMs: 7 } }]);
  });

  test("what is reported from outside any run is an execution of its own each time", async () => {
    await world.storage.assets.report([evaluated("outside", "c", true), evaluated("outside", "c", false)]);
    await world.storage.assets.report([evaluated("outside", "c", true)]);
    const all = await executions("outside", "c");
    expect(all.map(({ status, runId }) => [status, runId])).toEqual([
      ["SUCCEEDED", null],
      ["FAILED", null],
      ["SUCCEEDED", null],
    ]);
    const firstPage = await executions("outside", "c", { limit: 2 });
    expect(firstPage).toEqual(all.slice(0, 2));
    expect(await executions("outside", "c", { limit: 2, cursor: firstPage[1]!.id })).toEqual(all.slice(2));
  });

  test("the latest execution of many checks is read at once, and outlives the events", async () => {
    await world.storage.assets.report([
      evaluated("many", "a", true),
      evaluated("many", "b", true),
      evaluated("many", "a", false),
    ]);
    await using raw = await openRawClient(world.connectionString);
    await raw.query(`delete from dagwright.asset_events where asset_key = '["many"]'`);
    const latest = await world.storage.assetChecks.latest(["a", "b", "unknown"].map((name) => ({ assetKey: ["many"], name })));
    expect(new Map(latest.map(({ check, status }) => [check.name, status]))).toEqual(
      new Map([
        ["a", "FAILED"],
        ["b", "SUCCEEDED"],
      ]),
    );
  });
});
