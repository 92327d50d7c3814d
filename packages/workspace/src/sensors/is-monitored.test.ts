import { codeLocationName, type MonitoredRuns, systemTags } from "@dagwright/model";
import { expect, test } from "vitest";
import { isMonitored } from "./is-monitored.ts";

const here = codeLocationName("here");
const there = codeLocationName("there");
const monitor = (monitored: Partial<MonitoredRuns> = {}) => ({
  name: "alarm",
  location: here,
  monitored: { eventType: "RUN_FAILURE" as const, allLocations: false, jobs: [], isEventDriven: true, ...monitored },
});
const run = (location = here, jobName = "nightly", tags = {}) => ({ location, jobName, tags });
const own = { [systemTags.sensorName]: "alarm" };

test.each([
  ["every job of its own location", monitor(), run(), true],
  ["no job of another location", monitor(), run(there), false],
  ["a named job of its own location", monitor({ jobs: [{ location: null, jobName: "nightly" }] }), run(), true],
  ["no other job then", monitor({ jobs: [{ location: null, jobName: "nightly" }] }), run(here, "hourly"), false],
  ["no job of that name elsewhere", monitor({ jobs: [{ location: null, jobName: "nightly" }] }), run(there), false],
  ["a named job of another location", monitor({ jobs: [{ location: "there", jobName: "nightly" }] }), run(there), true],
  ["a whole other location", monitor({ jobs: [{ location: "there", jobName: null }] }), run(there, "any"), true],
  ["its own location then no more", monitor({ jobs: [{ location: "there", jobName: null }] }), run(), false],
  ["all locations", monitor({ allLocations: true }), run(there), true],
  ["no run that it started itself", monitor({ allLocations: true }), run(here, "nightly", own), false],
  ["a run of an equally named sensor elsewhere", monitor({ allLocations: true }), run(there, "nightly", own), true],
  [
    "its own runs of a job that it names",
    monitor({ jobs: [{ location: null, jobName: "nightly" }] }),
    run(here, "nightly", own),
    true,
  ],
])("a run status sensor looks at %s", (_, sensor, given, expected) => {
  expect(isMonitored(given, sensor)).toBe(expected);
});
