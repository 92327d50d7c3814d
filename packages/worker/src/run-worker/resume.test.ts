import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { holderId, type RunId, type StoredEntry } from "@dagwright/model";
import { expect, test } from "vitest";
import { createWorld, type World } from "../fixtures/run-world.ts";

/** What run monitoring writes when a worker is lost. */
async function resume(world: World, id: RunId, attempt: number) {
  const entry = { type: "RUN_STARTING", atMs: Date.now(), message: "", stepKey: null } as const;
  await world.storage.events.append({ runId: id, attempt, entries: [entry], onlyFrom: ["STARTED"] });
  const [claim] = await world.storage.runs.claimLaunches(holderId("sweep"), 1, 60_000);
  return claim!;
}

const startsOf = (entries: readonly StoredEntry[], step: string): number =>
  entries.filter(({ type, stepKey }) => type === "STEP_START" && stepKey === step).length;

// Two workers start one after the other, which takes its time on a busy machine.
const patience = 120_000;

test.each(["adding_later", "adding_later_elsewhere"])(
  "a run whose worker was killed goes on with the next one from the steps that were done: %s",
  async (jobName) => {
    const world = await createWorld();
    const file = join(world.home, "go");
    const first = await world.startWorker();
    const claim = await world.submit(jobName, { ops: { add_later: { config: { file } } } });
    const { id } = claim.run;
    first.execute(claim);
    await world.untilLogged(id, "waiting for the file");
    process.kill(-first.child.pid!, "SIGKILL");
    await first.exited;

    const second = await world.startWorker();
    const again = await resume(world, id, 1);
    expect(again.run.attempt).toBe(2);
    second.execute(again);
    await writeFile(file, "");
    expect((await second.until("finished")).status).toBe("SUCCESS");
    const entries = await world.log(id);
    expect(["generate", "add_later", "tell_both"].map((step) => startsOf(entries, step))).toEqual([1, 2, 1]);
    expect(entries.filter(({ type }) => type === "LOG_LINE").at(-1)?.message).toBe("4 and 5");
    expect(entries.at(-1)?.type).toBe("RUN_SUCCESS");
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
  },
  patience,
);

test(
  "a worker that lives on after its run was given to another one ends without another word",
  async () => {
    const world = await createWorld();
    const file = join(world.home, "go");
    const first = await world.startWorker({ leaseMs: 1_500 });
    const claim = await world.submit("adding_later", { ops: { add_later: { config: { file } } } });
    const { id } = claim.run;
    first.execute(claim);
    await world.untilLogged(id, "waiting for the file");
    const second = await world.startWorker();
    second.execute(await resume(world, id, 1));
    await first.exited;
    await writeFile(file, "");
    expect((await second.until("finished")).status).toBe("SUCCESS");
    const entries = await world.log(id);
    expect(entries.filter(({ type }) => type.startsWith("RUN_")).map(({ type }) => type)).toEqual([
      "RUN_STARTING",
      "RUN_START",
      "RUN_STARTING",
      "RUN_START",
      "RUN_SUCCESS",
    ]);
  },
  patience,
);
