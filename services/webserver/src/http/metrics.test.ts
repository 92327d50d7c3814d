import { codeLocationName, holderId } from "@dagwright/model";
import { expect, test } from "vitest";

import { serveNumbers, type ServedNumbers } from "../testing/served-numbers.ts";

/** Values by name and labels, as a scraper reads them. */
async function scrape(served: ServedNumbers): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${served.url}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = (await response.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]));
}

test("metrics tell the runs that have not ended, the daemon's replicas and the code locations", async () => {
  await using served = await serveNumbers({ coordinator: "QueuedRunCoordinator" });
  const { data } = await served.graphql(
    `mutation { launchRun(executionParams: { selector: { repositoryLocationName: "numbers", repositoryName: "__repository__", jobName: "process_numbers" } }) { __typename } }`,
  );
  expect(data.launchRun.__typename).toBe("LaunchRunSuccess");
  const replica = holderId("daemon:a:1:x");
  await served.storage.daemons.beat(replica, [
    { daemonType: "SCHEDULER", errors: [{ name: "Error", message: "no", stack: [] }], lagMs: 1_500 },
    { daemonType: "SENSOR", errors: [], lagMs: 0 },
  ]);

  const first = await scrape(served);
  expect(first.get(`dagwright_runs{status="QUEUED",location="${codeLocationName("numbers")}"}`)).toBe(1);
  expect(first.get('dagwright_oldest_run_age_seconds{status="QUEUED",location="numbers"}')).toBeLessThan(60);
  expect(first.get('dagwright_daemon_lag_seconds{daemon="SCHEDULER",replica="daemon:a:1:x"}')).toBe(1.5);
  expect(first.get('dagwright_daemon_errors{daemon="SCHEDULER",replica="daemon:a:1:x"}')).toBe(1);
  expect(first.get('dagwright_daemon_heartbeat_age_seconds{daemon="SENSOR",replica="daemon:a:1:x"}')).toBeLessThan(30);
  expect(first.get('dagwright_daemon_replicas{daemon="SENSOR"}')).toBe(1);
  expect(first.get('dagwright_code_location_up{location="numbers"}')).toBe(1);
  expect(first.get("process_resident_memory_bytes")).toBeGreaterThan(1_000_000);

  // What is gone is gone from the next answer, too.
  await served.storage.daemons.leave(replica);
  const second = await scrape(served);
  expect([...second.keys()].filter((key) => key.startsWith("dagwright_daemon"))).toEqual([]);
});

test("every replica's duties are told with their lag and errors", async () => {
  await using served = await serveNumbers();
  for (const name of ["daemon:a:1:x", "daemon:b:1:y"])
    await served.storage.daemons.beat(holderId(name), [{ daemonType: "SENSOR", errors: [], lagMs: 20 }]);
  const { data } = await served.graphql(
    `{ instance { daemonHealth { daemonStatus(daemonType: "SENSOR") { healthy replicas { id alive lag lastHeartbeatTime errors { message } } } } } }`,
  );
  expect(data.instance.daemonHealth.daemonStatus).toMatchObject({
    healthy: true,
    replicas: [
      { id: "daemon:a:1:x", alive: true, lag: 0.02, errors: [] },
      { id: "daemon:b:1:y", alive: true, lag: 0.02, errors: [] },
    ],
  });
});

test("a loop whose last pass met errors beats all the same, and the loops that have to beat are told", async () => {
  await using served = await serveNumbers();
  const errors = [{ name: "Error", message: "the server is away", stack: [] }];
  await served.storage.daemons.beat(holderId("daemon:a:1:x"), [{ daemonType: "SENSOR", errors, lagMs: 0 }]);
  const { data } = await served.graphql(
    `{ instance { daemonHealth { allDaemonStatuses { daemonType required healthy lastHeartbeatErrors { message } } } } }`,
  );
  const statuses: readonly { daemonType: string; required: boolean }[] = data.instance.daemonHealth.allDaemonStatuses;
  expect(statuses).toContainEqual({
    daemonType: "SENSOR",
    required: true,
    healthy: true,
    lastHeartbeatErrors: [{ message: expect.stringContaining("the server is away") }],
  });
  expect(statuses).toContainEqual({ daemonType: "BACKFILL", required: true, healthy: false, lastHeartbeatErrors: [] });
  expect(statuses.flatMap(({ daemonType, required }) => (required ? [daemonType] : []))).toEqual([
    "SENSOR",
    "BACKFILL",
    "SCHEDULER",
    "MONITORING",
    "ASSET",
    "FRESHNESS_DAEMON",
  ]);
});
