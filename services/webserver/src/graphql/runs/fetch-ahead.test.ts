import pg from "pg";
import { expect, test, vi } from "vitest";

import { everyEntry, launch, work } from "../../testing/run-history.ts";
import { serveNumbers } from "../../testing/served-numbers.ts";

const page = `query Page($id: ID!, $withStats: Boolean!) {
  runOrError(runId: $id) { __typename ... on Run { id hasConcurrencyKeySlots ...Stats @include(if: $withStats) } ... on RunNotFoundError { runId } }
  logsForRun(runId: $id) { __typename ... on EventConnection { events { __typename } } }
}
fragment Stats on Run { stepStats { stepKey status } }`;

type Query = (this: unknown, ...given: unknown[]) => Promise<unknown>;

/** Has the answer with runs come only after the statement that the pattern means was sent. */
function holdRunsUntil(pattern: RegExp): Disposable {
  const original = Reflect.get(pg.Client.prototype, "query") as Query;
  const sent = Promise.withResolvers<void>();
  const spy = vi.spyOn(pg.Client.prototype, "query").mockImplementation(function (this: unknown, ...given: unknown[]) {
    const [text] = given;
    const answer = original.apply(this, given);
    if (typeof text !== "string") return answer;
    if (pattern.test(text)) sent.resolve();
    return / from dagwright\.runs r where id = any/.test(text) ? sent.promise.then(() => answer) : answer;
  } as never);
  return { [Symbol.dispose]: () => spy.mockRestore() };
}

test.each([
  ["the statistics of steps", /from dagwright\.run_events/],
  ["slots of pools", /from dagwright\.pool_claims/],
])("a run's page does not wait for the run to ask for %s", async (_name, pattern) => {
  await using served = await serveNumbers();
  const id = await launch(served);
  await work(served, served.workspace.launched[0]!, everyEntry);
  using _held = holdRunsUntil(pattern);
  const { data } = await served.graphql(page.replace(/ {2}logsForRun.*\n/, ""), { id, withStats: true });
  expect(data.runOrError).toMatchObject({ __typename: "Run", id, hasConcurrencyKeySlots: false });
  expect(data.runOrError.stepStats.length).toBeGreaterThan(0);
});

test("a run that ends while steps and log are read beside it is told with all that it did", async () => {
  await using served = await serveNumbers();
  const id = await launch(served);
  const original = Reflect.get(pg.Client.prototype, "query") as Query;
  const read = Promise.withResolvers<void>();
  let isHeld = true;
  const spy = vi.spyOn(pg.Client.prototype, "query").mockImplementation(function (this: unknown, ...given: unknown[]) {
    const [text] = given;
    if (!isHeld || typeof text !== "string") return original.apply(this, given);
    if (/from dagwright\.run_events/.test(text)) {
      const answer = original.apply(this, given);
      void answer.then(() => read.resolve());
      return answer;
    }
    if (!/ from dagwright\.runs r where id = any/.test(text)) return original.apply(this, given);
    isHeld = false;
    return read.promise
      .then(() => work(served, served.workspace.launched[0]!, everyEntry))
      .then(() => original.apply(this, given));
  } as never);
  try {
    const { data } = await served.graphql(
      `query ($id: ID!) {
        runOrError(runId: $id) { ... on Run { status stepStats { stepKey } } }
        logsForRun(runId: $id) { ... on EventConnection { events { __typename } } }
      }`,
      { id },
    );
    expect(data.runOrError.status).toBe("FAILURE");
    expect(data.runOrError.stepStats.length).toBeGreaterThan(0);
    expect(data.logsForRun.events).toContainEqual({ __typename: "RunFailureEvent" });
  } finally {
    spy.mockRestore();
  }
});

test("a run's log is read together with the run", async () => {
  await using served = await serveNumbers();
  const id = await launch(served);
  using _held = holdRunsUntil(/from dagwright\.run_events/);
  const { data } = await served.graphql(page, { id, withStats: false });
  expect(data.logsForRun.events.length).toBeGreaterThan(0);
});

test("what was fetched ahead and is not asked for changes nothing, nor does a run that there is not", async () => {
  await using served = await serveNumbers();
  const id = await launch(served);
  const { data } = await served.graphql(page, { id, withStats: false });
  expect(data.runOrError).toEqual({ __typename: "Run", id, hasConcurrencyKeySlots: false });
  for (const unknown of ["01890000-0000-7000-8000-000000000000", "no id at all"]) {
    const answer = await served.graphql(page, { id: unknown, withStats: true });
    expect(answer).toEqual({
      data: { runOrError: { __typename: "RunNotFoundError", runId: unknown }, logsForRun: { __typename: "RunNotFoundError" } },
    });
  }
});
