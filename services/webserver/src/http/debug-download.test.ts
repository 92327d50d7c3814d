import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";

import { everyEntry, launch, line, work } from "../testing/run-history.ts";
import { serveNumbers } from "../testing/served-numbers.ts";

test("everything known of a run comes as one gzipped file under Dagster's names", async () => {
  await using served = await serveNumbers({ pathPrefix: "/lab" });
  const runId = await launch(served);
  await work(served, served.workspace.launched[0]!, [
    ...everyEntry,
    ...Array.from({ length: 2_500 }, (_, n) => line(`line ${n}`)),
  ]);
  const response = await fetch(`${served.url}/download_debug/${runId}`);
  expect(response.headers.get("content-type")).toBe("application/gzip");
  expect(response.headers.get("content-disposition")).toBe(`attachment; filename="debug_${runId}.gz"`);
  const file = JSON.parse(gunzipSync(Buffer.from(await response.arrayBuffer())).toString()) as {
    version: string;
    pipeline_run: { id: string; jobName: string };
    event_list: { seq: number }[];
    pipeline_snapshot: { name: string };
    execution_plan_snapshot: { steps: unknown[] };
  };
  expect(file.pipeline_run).toMatchObject({ id: runId, jobName: "process_numbers" });
  expect(file.event_list.length).toBeGreaterThan(2_500);
  expect(file.event_list.map(({ seq }) => seq)).toEqual(file.event_list.map((_, index) => index + 1));
  expect(file.pipeline_snapshot.name).toBe("process_numbers");
  expect(file.execution_plan_snapshot.steps.length).toBeGreaterThan(0);

  for (const id of ["nothing", "..%2f..%2fetc%2fpasswd", "%00", runId.replace(/.$/, (last) => (last === "0" ? "1" : "0"))]) {
    const missing = await fetch(`${served.url}/download_debug/${id}`);
    expect({ id, status: missing.status }).toEqual({ id, status: 404 });
  }
  const notebook = await fetch(`${served.url}/notebook?path=a.ipynb&repoLocName=numbers`);
  expect([notebook.status, await notebook.text()]).toEqual([404, expect.stringContaining("There is no notebook")]);
});
