import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeLocationName, instigatorIdOf } from "@dagwright/model";
import { expect, onTestFinished, test } from "vitest";
import { describeWithEngine } from "../engines.ts";
import { until } from "../graphql.ts";
import { startStack } from "../stack/stack.ts";

describeWithEngine("pgbouncer", "everything through pgbouncer in transaction mode", () => {
  test("runs are queued, launched, executed in one process and in several, terminated, and recorded without a gap", async () => {
    await using stack = await startStack({ postgres: "pgbouncer" });
    // That the way leads through a pooler at all: LISTEN is accepted there and tells nothing.
    for (const host of [stack.webserver, ...stack.daemons]) await host.untilLine(/LISTEN does not work over this connection/);

    for (const job of ["chain", "chain_of_processes"]) {
      const id = await stack.launch(job);
      expect(await stack.untilEnd(id)).toMatchObject({ status: "SUCCESS", attempt: 1 });
      const log = await stack.log(id);
      expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
      expect(log.filter(({ type }) => type === "STEP_SUCCESS").length).toBeGreaterThan(2);
    }

    const waiting = await stack.launch("waiting", {
      runConfig: { ops: { wait_for_file: { config: { file: join(stack.home, "never") } } } },
    });
    await stack.untilEntry(waiting, "a line of the op", ({ type }) => type === "LOG_LINE");
    const { terminateRun } = await stack.query<{ terminateRun: { __typename: string } }>(
      "mutation ($id: String!) { terminateRun(runId: $id) { __typename } }",
      { id: waiting },
    );
    expect(terminateRun.__typename).toBe("TerminateRunSuccess");
    expect((await stack.untilEnd(waiting)).status).toBe("CANCELED");
  });

  test("ticks of a sensor happen once each, with two daemons, and so do their runs", async () => {
    const file = join(tmpdir(), `dagwright-pgbouncer-${process.pid}-${Date.now()}`);
    onTestFinished(() => rm(file, { force: true }));
    await using stack = await startStack({ postgres: "pgbouncer", daemons: 2, env: { SENSOR_FILE: file } });
    await stack.query("mutation ($selector: SensorSelector!) { startSensor(sensorSelector: $selector) { __typename } }", {
      selector: { repositoryLocationName: "project", repositoryName: "__repository__", sensorName: "file_sensor" },
    });
    const id = instigatorIdOf(codeLocationName("project"), "file_sensor");
    const newestTick = async () => (await stack.storage.instigators.ticks(id, { limit: 1 }))[0];
    await until("it skipped", async () => (await newestTick())?.skipReason === "no file" || undefined);
    await writeFile(file, "");
    const runs = () =>
      stack.storage.runs.list({ tags: [{ key: "dagster/sensor_name", values: ["file_sensor"] }] }, { limit: 10 });
    const [run] = await until("it launched a run", async () => {
      const found = await runs();
      return found.length > 0 ? found : undefined;
    });
    if (run === undefined) throw new Error("there is one");
    expect((await stack.untilEnd(run.id)).status).toBe("SUCCESS");
    await until("it was evaluated again", async () => (await newestTick())?.status === "SKIPPED" || undefined);
    expect(await runs()).toHaveLength(1);
  });
});
