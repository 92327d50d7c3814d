import { runId, stepKey } from "@dagwright/model";
import { expect, test } from "vitest";

import { launch } from "../../testing/run-history.ts";
import { type ServedNumbers, serveNumbers } from "../../testing/served-numbers.ts";

const waiting = "018f0000-0000-7000-8000-000000000001";

const claim = async (served: ServedNumbers, run: string, step: string, slots: number) =>
  await served.storage.pools.claim({ runId: runId(run), attempt: 1, leaseMs: 60_000, defaultLimit: null }, [
    { stepKey: stepKey(step), pool: "api", slots, priority: 2 },
  ]);

async function keyInfo(served: ServedNumbers) {
  const { data } = await served.graphql(`{
    instance {
      concurrencyLimit(concurrencyKey: "api") {
        concurrencyKey limit usingDefaultLimit slotCount claimedSlots { runId stepKey }
        pendingSteps { runId stepKey enqueuedTimestamp assignedTimestamp priority }
        activeSlotCount activeRunIds pendingStepCount pendingStepRunIds assignedStepCount assignedStepRunIds
      }
    }
  }`);
  return data.instance.concurrencyLimit;
}

test("a pool's limit is set, shown and taken away", async () => {
  await using served = await serveNumbers();
  const none = await keyInfo(served);
  expect(none).toMatchObject({ concurrencyKey: "api", limit: null, usingDefaultLimit: false, slotCount: 0, claimedSlots: [] });
  const set = await served.graphql(`mutation { setConcurrencyLimit(concurrencyKey: "api", limit: 3) }`);
  expect(set).toEqual({ data: { setConcurrencyLimit: true } });
  expect(await keyInfo(served)).toMatchObject({ limit: 3, usingDefaultLimit: false, slotCount: 3 });
  const { data } = await served.graphql(`{
    instance {
      supportsConcurrencyLimits minConcurrencyLimitValue maxConcurrencyLimitValue
      concurrencyLimits { concurrencyKey } poolConfig { poolGranularity defaultPoolLimit opGranularityRunBuffer }
    }
  }`);
  expect(data.instance).toEqual({
    supportsConcurrencyLimits: true,
    minConcurrencyLimitValue: 0,
    maxConcurrencyLimitValue: 1000,
    concurrencyLimits: [{ concurrencyKey: "api" }],
    poolConfig: { poolGranularity: null, defaultPoolLimit: null, opGranularityRunBuffer: null },
  });
  const { errors } = await served.graphql(`mutation { setConcurrencyLimit(concurrencyKey: "api", limit: 1001) }`);
  expect(errors?.[0]?.message).toContain('The limit 1001 for pool "api" is not between 0 and 1000');
  const unnamed = await served.graphql(`mutation { setConcurrencyLimit(concurrencyKey: "", limit: 1) }`);
  expect(unnamed.errors?.[0]?.message).toContain("give the name of the pool");
  await served.graphql(`mutation { deleteConcurrencyLimit(concurrencyKey: "api") }`);
  expect(await keyInfo(served)).toMatchObject({ limit: null, slotCount: 0 });
});

test("who holds slots and who waits is shown, and slots can be freed by hand", async () => {
  await using served = await serveNumbers();
  const holder = await launch(served);
  await served.graphql(`mutation { setConcurrencyLimit(concurrencyKey: "api", limit: 3) }`);
  await claim(served, holder, "heavy", 2);
  await claim(served, waiting, "heavier", 3);
  expect(await keyInfo(served)).toEqual({
    concurrencyKey: "api",
    limit: 3,
    usingDefaultLimit: false,
    slotCount: 3,
    claimedSlots: [
      { runId: holder, stepKey: "heavy" },
      { runId: holder, stepKey: "heavy" },
    ],
    pendingSteps: [
      {
        runId: holder,
        stepKey: "heavy",
        enqueuedTimestamp: expect.any(Number),
        assignedTimestamp: expect.any(Number),
        priority: 2,
      },
      { runId: waiting, stepKey: "heavier", enqueuedTimestamp: expect.any(Number), assignedTimestamp: null, priority: 2 },
    ],
    activeSlotCount: 2,
    activeRunIds: [holder],
    pendingStepCount: 1,
    pendingStepRunIds: [waiting],
    assignedStepCount: 1,
    assignedStepRunIds: [holder],
  });
  const hasSlots = async () =>
    (await served.graphql(`{ runOrError(runId: "${holder}") { ... on Run { hasConcurrencyKeySlots } } }`)).data.runOrError;
  expect(await hasSlots()).toEqual({ hasConcurrencyKeySlots: true });

  const other = await served.graphql(`mutation { freeConcurrencySlots(runId: "${holder}", stepKey: "another") }`);
  expect(other.data).toEqual({ freeConcurrencySlots: true });
  expect(await hasSlots()).toEqual({ hasConcurrencyKeySlots: true });
  await served.graphql(`mutation { freeConcurrencySlots(runId: "${holder}", stepKey: "heavy") }`);
  expect(await hasSlots()).toEqual({ hasConcurrencyKeySlots: false });
  expect((await keyInfo(served)).activeRunIds).toEqual([waiting]);
  await served.graphql(`mutation { freeConcurrencySlotsForRun(runId: "${waiting}") }`);
  expect((await keyInfo(served)).pendingSteps).toEqual([]);
});
