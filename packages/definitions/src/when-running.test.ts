import { expect, test } from "vitest";
import { asset } from "./asset.ts";
import { defineAssetJob } from "./asset-job.ts";
import { buildRepository } from "./build-repository.ts";
import { definitions } from "./definitions.ts";
import { job, type JobOptions } from "./job.ts";
import { op } from "./op.ts";

const nothing = op("nothing", {}, () => undefined);
const jobWith = (options: JobOptions) => job("nightly", options, () => void nothing());

test("a job's policy is in its snapshot, per job unless it says otherwise; also that of an asset job", () => {
  const orders = asset("orders", () => 1);
  const { jobs } = buildRepository(
    definitions({
      jobs: [
        jobWith({ whenRunning: "skip" }),
        defineAssetJob("latest", { selection: [orders], whenRunning: { policy: "replace", per: "partition" } }),
        job("any", () => void nothing()),
      ],
      assets: [orders],
    }),
  );
  expect(jobs.get("nightly")?.snapshot.whenRunning).toEqual({ policy: "skip", per: "job" });
  expect(jobs.get("latest")?.snapshot.whenRunning).toEqual({ policy: "replace", per: "partition" });
  expect(jobs.get("any")?.snapshot).not.toHaveProperty("whenRunning");
});

test("what is no policy is refused with what may be given", () => {
  expect(() => jobWith({ whenRunning: "wait" as never })).toThrow('its whenRunning is "wait"; give "skip", "queue" or "replace"');
  expect(() => jobWith({ whenRunning: { policy: "queue", per: "week" as never } })).toThrow(
    'its whenRunning is per "week"; give "job" or "partition"',
  );
});
