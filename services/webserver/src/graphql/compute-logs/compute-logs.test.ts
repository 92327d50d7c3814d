import { expect, test } from "vitest";

import { openSocket } from "../../testing/graphql-socket.ts";
import { launch } from "../../testing/run-history.ts";
import { serveNumbers } from "../../testing/served-numbers.ts";

const query = `query($logKey: [String!]!, $cursor: String, $limit: Int) {
  capturedLogs(logKey: $logKey, cursor: $cursor, limit: $limit) { stdout stderr cursor logKey }
  capturedLogsMetadata(logKey: $logKey) { stdoutDownloadUrl stderrDownloadUrl stdoutLocation }
}`;

test("what a step printed is read in pieces that never split a character, and downloaded whole", async () => {
  await using served = await serveNumbers({ pathPrefix: "/lab" });
  const runId = await launch(served);
  const logKey = [runId, "compute_logs", "abc"];
  {
    await using capture = await served.instance.computeLogs.openCapture(logKey);
    await capture.write("stdout", Buffer.from("naïve 🌳\n"));
    await capture.write("stderr", Buffer.from("careful\n"));
  }
  const read = async (cursor: string | null, limit: number | null) =>
    (await served.graphql(query, { logKey, cursor, limit })).data;
  const whole = await read(null, null);
  expect(whole.capturedLogs).toMatchObject({ stdout: "naïve 🌳\n", stderr: "careful\n", logKey });

  let text = "";
  for (let cursor: string | null = null; ;) {
    const { stdout, cursor: next } = (await read(cursor, 8)).capturedLogs as { stdout: string | null; cursor: string };
    text += stdout ?? "";
    if (next === cursor) break;
    cursor = next;
  }
  expect(text).toBe("naïve 🌳\n");

  const { stdoutDownloadUrl, stdoutLocation } = whole.capturedLogsMetadata;
  expect(stdoutDownloadUrl).toBe(`/lab/logs/${runId}/compute_logs/abc/out`);
  expect(stdoutLocation).toContain(runId);
  const file = await fetch(new URL(stdoutDownloadUrl, served.url));
  expect(file.headers.get("content-disposition")).toBe(`attachment; filename="${runId}_abc.out"`);
  expect(await file.text()).toBe("naïve 🌳\n");
  expect((await fetch(`${served.url}/logs/${runId}/compute_logs/none/out`)).status).toBe(404);
  expect((await fetch(`${served.url}/logs/..%2f..%2fetc/passwd/out`)).status).toBeGreaterThanOrEqual(400);
});

test("a log on the disk of the code location is read from there", async () => {
  await using served = await serveNumbers();
  const runId = await launch(served);
  const { data } = await served.graphql(query, { logKey: [runId, "compute_logs", "remote"] });
  expect(data.capturedLogs).toMatchObject({ stdout: "printed far away\n", stderr: null });
});

test("a subscription tells what is printed as it is, and is complete when the capture has ended", async () => {
  await using served = await serveNumbers();
  const runId = await launch(served);
  const logKey = [runId, "compute_logs", "live"];
  const capture = await served.instance.computeLogs.openCapture(logKey);
  await capture.write("stdout", Buffer.from("one\n"));
  using socket = await openSocket(served.url, "graphql-ws");
  socket.send({ type: "connection_init" });
  await socket.next();
  socket.send({
    id: "1",
    type: "start",
    payload: {
      query: `subscription($logKey: [String!]!) { capturedLogs(logKey: $logKey) { stdout stderr } }`,
      variables: { logKey },
    },
  });
  const stdout = async () => (await socket.next()).payload.data.capturedLogs.stdout as string;
  expect(await stdout()).toBe("one\n");
  await capture.write("stdout", Buffer.from("two\n"));
  expect(await stdout()).toBe("two\n");
  await capture[Symbol.asyncDispose]();
  expect(await socket.next()).toEqual({ type: "complete", id: "1" });
});
