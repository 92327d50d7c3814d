import { runRequest, skipReason } from "@dagwright/definitions";
import { expect, test } from "vitest";
import { collectRequests } from "./collect-requests.ts";

const { signal } = new AbortController();
const collect = (answer: unknown) => collectRequests('sensor "s"', answer, signal);
const keysOf = async (answer: unknown) => (await collect(answer)).runRequests.map((request) => request.runKey);

test("nothing, one request, and a list are taken as they are", async () => {
  expect(await collect(undefined)).toEqual({ runRequests: [], skipReason: null });
  expect(await keysOf(runRequest({ runKey: "a" }))).toEqual(["a"]);
  expect(await keysOf(Promise.resolve([runRequest({ runKey: "a" }), runRequest({ runKey: "b" })]))).toEqual(["a", "b"]);
});

test("generators are read to their end, asynchronous ones too", async () => {
  function* generated() {
    yield runRequest({ runKey: "a" });
    yield skipReason("enough");
  }
  expect(await collect(generated())).toMatchObject({ runRequests: [{ runKey: "a" }], skipReason: "enough" });
  async function* asynchronous() {
    yield runRequest({ runKey: "a" });
    await Promise.resolve();
    yield runRequest({ runKey: "b" });
  }
  expect(await keysOf(asynchronous())).toEqual(["a", "b"]);
});

test("a request travels without its brand", async () => {
  const { runRequests } = await collect(runRequest({ tags: { team: "a" } }));
  expect(Object.getOwnPropertySymbols(runRequests[0])).toEqual([]);
  expect(runRequests).toEqual([
    { runKey: null, jobName: null, runConfig: {}, tags: { team: "a" }, partition: null, assetKeys: null },
  ]);
});

test("any other answer is an error that shows it", async () => {
  await expect(collect({ runKey: "a" })).rejects.toThrow(/sensor "s" answered \{ runKey: 'a' \}/);
  await expect(collect("skip")).rejects.toMatchObject({ kind: "EvaluationAnswerError" });
});

test("an aborted evaluation stops reading an endless generator", async () => {
  const abort = new AbortController();
  async function* endless() {
    for (let n = 0; ; n++) {
      if (n === 3) abort.abort();
      yield runRequest({ runKey: String(n) });
    }
  }
  await expect(collectRequests("s", endless(), abort.signal)).rejects.toThrow(/abort/i);
});
