import { request } from "node:http";
import pg from "pg";
import { expect, test } from "vitest";

import { serveNumbers } from "../testing/served-numbers.ts";

/** Sends a path as it stands: `fetch` would tidy it up first. */
const get = (url: string, path: string): Promise<{ readonly status: number; readonly text: string }> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const sent = request({ hostname, port, path, method: "GET" }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on("error", reject);
    sent.end();
  });

const elsewhere = [
  "/logs/../../../../etc/passwd/out",
  "/logs/%2e%2e/%2e%2e/%2e%2e/etc/passwd/out",
  "/logs/..%2f..%2f..%2fetc%2fpasswd/out",
  "/logs/%2fetc%2fpasswd/out",
  "/logs//etc/passwd/out",
  "/logs/..%5c..%5cetc/passwd/out",
  "/logs/a%00b/compute_logs/c/out",
  "/logs/%c0%ae%c0%ae/passwd/out",
  "/logs/%2525/out",
  `/logs/${"a/".repeat(2_000)}out`,
  `/logs/${"a".repeat(5_000)}/out`,
  "/logs/out",
  "/logs/",
  "/logs/%",
  "/graphiql/..%2f..%2f..%2fpackage.json",
  "/graphiql/%2e%2e%2fhome.ts",
  "/graphiql/__proto__",
  "/graphiql/constructor",
  "/download_debug/..%2f..%2fetc%2fpasswd",
  "/download_debug/a%00b",
  "/notebook?path=../../../etc/passwd.ipynb",
];

test("no path leads out of what is served, and no answer tells where that is", async () => {
  await using served = await serveNumbers();
  for (const path of elsewhere) {
    const { status, text } = await get(served.url, path);
    expect({ path, status: status >= 400 && status < 500, told: text }).toEqual({ path, status: true, told: text });
    expect(text).not.toMatch(/root:|dagwright-webserver-|node_modules|\/src\/|at \w+ \(/);
  }
});

test("a failing resolver tells neither SQL nor addresses nor paths, but where the log has it", async () => {
  await using served = await serveNumbers();
  const ask = async (query: string) => {
    const response = await fetch(`${served.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query }),
    });
    return { status: response.status, text: await response.text() };
  };
  const bug = await ask("{ test { alwaysException } }");
  expect(bug.status).toBe(500);
  expect(bug.text).toMatch(/correlation id/);
  expect(bug.text).not.toMatch(/as advertised|\.ts:/);
  expect(served.logged.join("")).toContain("as advertised");

  const mistake = await ask(
    `{ logsForRun(runId: "nothing", afterCursor: "x") { __typename } capturedLogs(logKey: ["a"], cursor: "nowhere") { stdout } }`,
  );
  expect(mistake.status).toBe(400);
  expect(mistake.text).toMatch(/\\"nowhere\\" is no cursor of a compute log/);

  await served.instance.storage[Symbol.asyncDispose]();
  const down = await ask(
    '{ runsOrError(limit: 1) { __typename ... on PythonError { message stack } } capturedLogs(logKey: ["a"]) { stdout } }',
  );
  expect(down.text).not.toMatch(/127\.0\.0\.1|localhost|dagwright_test|select |\.ts:/);
});

/** Statements of the server that wait for a lock. */
const waiting = "select pid from pg_stat_activity where application_name = 'dagwright/test' and wait_event_type = 'Lock'";

/** Keeps everybody from reading backfills while the work is done. */
async function withBackfillsLocked<Result>(
  connectionString: string,
  work: (isWaiting: () => Promise<boolean>) => Promise<Result>,
): Promise<Result> {
  const [holder, watcher] = [new pg.Client({ connectionString }), new pg.Client({ connectionString })];
  await Promise.all([holder.connect(), watcher.connect()]);
  try {
    await holder.query("begin; lock table dagwright.backfills in access exclusive mode");
    return await work(async () => (await watcher.query(waiting)).rows.length > 0);
  } finally {
    await Promise.all([holder.end(), watcher.end()]);
  }
}
const backfills = "{ partitionBackfillsOrError(limit: 10) { __typename ... on PythonError { message } } }";

test("a query that takes too long is ended with what it has the database do, and says so", async () => {
  await using served = await serveNumbers({ queryTimeoutMs: 1_000 });
  await withBackfillsLocked(served.connectionString, async (isWaiting) => {
    const { data, errors } = await served.graphql(backfills);
    expect(data).toBeNull();
    expect(errors?.[0]).toMatchObject({ message: expect.stringMatching(/took longer than 1 s and was ended/) });
    await expect.poll(isWaiting, { timeout: 10_000 }).toBe(false);
  });
  expect((await served.graphql(backfills)).data.partitionBackfillsOrError.__typename).toBe("PartitionBackfills");
});

test("a client that goes away takes its query with it, in the database, too", async () => {
  await using served = await serveNumbers();
  await withBackfillsLocked(served.connectionString, async (isWaiting) => {
    const client = new AbortController();
    const asked = fetch(`${served.url}/graphql?${new URLSearchParams({ query: backfills }).toString()}`, {
      signal: client.signal,
    });
    await expect.poll(isWaiting, { timeout: 10_000 }).toBe(true);
    client.abort();
    await expect(asked).rejects.toThrow(/abort/i);
    await expect.poll(isWaiting, { timeout: 10_000 }).toBe(false);
  });
  expect((await served.graphql(backfills)).data.partitionBackfillsOrError.__typename).toBe("PartitionBackfills");
});
