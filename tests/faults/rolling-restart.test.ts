import { setTimeout as delay } from "node:timers/promises";
import { openRawClient } from "@dagwright/storage/testing";
import { expect, test } from "vitest";
import { until } from "../graphql.ts";
import { startStack } from "../stack/stack.ts";

/** What a replica holds when it ends without a word is taken up after that long. */
const leaseMs = 30_000;

const switchOn = `mutation { startSensor(sensorSelector: { repositoryLocationName: "project", repositoryName: "__repository__", sensorName: "file_sensor" }) {
  __typename ... on PythonError { message } } }`;

/** Looks all the time how long the sensor's ticks leave off: they come every second. */
class GapWatch implements AsyncDisposable {
  readonly #watched: Promise<void>;
  #isOver = false;
  ticks = 0;
  longestMs = 0;

  constructor(connectionString: string) {
    this.#watched = this.#watch(connectionString);
  }

  async #watch(connectionString: string): Promise<void> {
    await using client = await openRawClient(connectionString);
    let [seen, since] = ["", performance.now()];
    while (!this.#isOver) {
      const { rows } = await client.query<{ last: string | null }>(
        `select max(t.ended_at)::text as last from dagwright.ticks t join dagwright.instigators i on i.id = t.instigator_id where i.name = 'file_sensor'`,
      );
      const [last, now] = [rows[0]?.last ?? "", performance.now()];
      this.longestMs = Math.max(this.longestMs, now - since);
      if (last !== seen) [this.ticks, seen, since] = [this.ticks + 1, last, now];
      await delay(50);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#watched;
  }
}

test.each([
  ["in order", "SIGTERM", leaseMs / 3],
  ["by kill -9", "SIGKILL", leaseMs + 10_000],
] as const)(
  "two daemons that are restarted %s, one after the other, leave no gap in the ticks beyond a lease",
  async (_, signal, mostMs) => {
    await using stack = await startStack({ daemons: 2 });
    const { startSensor } = await stack.query<{ startSensor: { __typename: string } }>(switchOn);
    expect(startSensor).toMatchObject({ __typename: "Sensor" });
    await using client = await openRawClient(stack.connectionString!);
    const replicas = async (): Promise<number> =>
      (await client.query("select distinct holder from dagwright.heartbeats where at > now() - interval '15 seconds'")).rows
        .length;
    await until("both replicas beat", async () => (await replicas()) >= 2 || undefined);
    await using watch = new GapWatch(stack.connectionString!);
    await until("the sensor ticks", async () => watch.ticks > 2 || undefined);
    for (const daemon of stack.daemons) {
      await daemon.kill(signal);
      await daemon.start();
    }
    const before = watch.ticks;
    await until("the sensor ticks again", async () => watch.ticks > before + 2 || undefined);
    expect(watch.longestMs).toBeLessThan(mostMs);
  },
);
