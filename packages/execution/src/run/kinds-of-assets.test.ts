import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { InMemoryInstance } from "@dagwright/definitions";
import { planExecution } from "@dagwright/graph";
import { type AssetKey, type RunLogEntry, runId } from "@dagwright/model";
import { expect, test } from "vitest";
import { executeRun, FilesystemIOManager, loadRepository, LocalComputeLogSink } from "../index.ts";

const entryFile = fileURLToPath(new URL("../fixtures/assets-project.ts", import.meta.url));

/** Makes some assets with each step in a process of its own. */
async function make(home: string, ...keys: readonly string[]) {
  const repository = await loadRepository({ entryFile });
  const id = runId(`018f0000-0000-7000-8000-${String(Date.now()).padStart(12, "0").slice(-12)}`);
  const events: RunLogEntry[] = [];
  const instance = new InMemoryInstance();
  const outcome = await executeRun({
    plan: planExecution(repository.jobs.get("__ASSET_JOB")!.snapshot, {
      stepKeys: null,
      assetKeys: keys.map((key): AssetKey => [key]),
    }),
    repository,
    run: { runId: id, jobName: "__ASSET_JOB", runConfig: {}, tags: {}, attempt: 1, parentRunId: null },
    events: {
      emit(entry) {
        events.push(entry);
        instance.record(id, entry);
      },
      flush: () => Promise.resolve(),
    },
    instance,
    ioManager: () => new FilesystemIOManager({ baseDir: join(home, "storage") }),
    signal: new AbortController().signal,
    stepWorkers: { entryFile, storageDir: join(home, "storage") },
    computeLogs: new LocalComputeLogSink({ baseDir: join(home, "logs") }),
  });
  const told = events.flatMap((event) =>
    event.type === "ASSET_MATERIALIZATION" || event.type === "ASSET_OBSERVATION" ? [event] : [],
  );
  return { outcome, events, told, keys: told.map(({ assetKey }) => assetKey.join("/")) };
}

test("assets of every kind are made and observed in processes of their own, some of several, and read one another", async () => {
  await using stack = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), "dagwright-assets-"));
  stack.defer(() => rm(home, { recursive: true, force: true }));

  const first = await make(home, "page", "source", "half", "total", "m2");
  expect(first.outcome.status).toBe("SUCCESS");
  expect([...first.keys].sort()).toEqual(["half", "m2", "page", "source", "total"]);
  const of = (key: string) => first.told.find(({ assetKey }) => assetKey[0] === key)!;
  expect(of("m2").metadata["pid"]).not.toEqual({ type: "int", int: String(process.pid) });
  expect(of("source").tags).toMatchObject({ "dagster/data_version": "v4", "dagster/input_data_version/page": "etag-1" });
  expect(of("total")).toMatchObject({ stepKey: "total.add_2", tags: { "dagster/code_version": expect.any(String) as string } });
  expect(first.events.find(({ type }) => type === "LOG_LINE")).toMatchObject({ message: "asked for half" });

  const second = await make(home, "rest");
  expect(second.outcome.status).toBe("SUCCESS");
  expect(second.keys).toEqual(["rest"]);
});

test("what a generator yielded before it failed has been recorded", async () => {
  await using stack = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), "dagwright-assets-"));
  stack.defer(() => rm(home, { recursive: true, force: true }));
  const { outcome, keys, events } = await make(home, "kept", "forgotten");
  expect(outcome.status).toBe("FAILURE");
  expect(keys).toEqual(["kept"]);
  expect(events.find(({ type }) => type === "STEP_FAILURE")).toMatchObject({
    errorSource: "USER_CODE_ERROR",
    error: { name: "AssetResultError", message: expect.stringContaining('told nothing of "forgotten"') as string },
  });
});
