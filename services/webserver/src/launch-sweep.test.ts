import { holderId, type Run } from "@dagwright/model";
import { prepareRun } from "@dagwright/workspace";
import pino from "pino";
import { expect, test } from "vitest";

import { startLaunchSweep } from "./launch-sweep.ts";
import { serveNumbers } from "./testing/served-numbers.ts";

test("a launch whose process died is taken over, once, though three servers sweep", async () => {
  await using served = await serveNumbers();
  const { storage, workspace } = served;
  const [entry] = workspace.entries();
  const job = entry!.snapshot!.jobs.find(({ name }) => name === "process_numbers")!;
  const run = prepareRun({ location: entry!.name, job, runConfig: {} });
  const launched = Promise.withResolvers<Run>();
  const seen: Run[] = [];
  const launcher = {
    launchRun: async ({ run: taken }: { readonly run: Run }) => {
      seen.push(taken);
      launched.resolve(taken);
      return { launcher: "test" };
    },
  };
  // The server that the test runs sweeps, too, and launches by its workspace.
  workspace.launchRun = launcher.launchRun;
  const log = pino({ level: "silent" });
  // Claimed for a millisecond by a process that does nothing more.
  const [claim] = await storage.runs.submit([run], { kind: "launch", holder: holderId("webserver:dead"), claimMs: 1 });
  const sweep = (name: string) => startLaunchSweep({ storage, launcher, holder: holderId(name), log, everyMs: 20 });
  {
    await using _one = sweep("webserver:one");
    await using _two = sweep("webserver:two");
    expect((await launched.promise).id).toBe(claim!.run.id);
  }
  expect(seen.map(({ id }) => id)).toEqual([claim!.run.id]);
});
