import { executeInProcess, inProcessExecutor, job, op, resource, type Resource } from "dagwright";
import { z } from "zod";
import type { Cases } from "../cases.ts";

const log: string[] = [];

const made = (name: string, needs: readonly Resource<string>[] = [], fails: "init" | "teardown" | null = null) =>
  resource(name, { resources: Object.fromEntries(needs.map((one) => [one.name, one])) }, function* () {
    log.push(name);
    if (fails === "init") throw new Error(`${name} cannot be made`);
    yield name;
    log.push(`no_${name}`);
    if (fails === "teardown") throw new Error(`${name} cannot be closed`);
  }) as Resource<string>;

const first = op("first", () => 1);
const base = made("base");
const top = made("top", [base]);
const other = made("other");
const failing = op("failing", { resources: { base } }, () => {
  throw new Error("failing");
});

/** The one output of its step is named by what happened before: any other order fails the step. */
function program(output: string, needs: readonly Resource<string>[], others: readonly (() => unknown)[] = []) {
  const resources = Object.fromEntries(needs.map((one) => [one.name, one]));
  const inOrder = op("in_order", { resources, outs: { [output]: z.number() } }, () => ({ [log.join("_")]: 1 }) as never);
  return job("resource_order", { executor: inProcessExecutor }, () => {
    first();
    inOrder();
    for (const one of others) one();
  });
}

const run =
  (...jobs: readonly ReturnType<typeof job>[]) =>
  async () => {
    log.length = 0;
    const results = [];
    for (const one of jobs) results.push(await executeInProcess(one, { raiseOnError: false }));
    return results.at(-1)!;
  };

const unmade = made("top", [base], "init");
const unclosed = made("top", [base], "teardown");

export const cases: Cases = {
  "each is made after what it needs": run(program("base_other_top", [top, other])),
  "one that cannot be made fails the run before any step": run(program("none", [unmade, base])),
  "what was made is torn down in reverse, also behind a failed step": run(
    program("base_top", [top], [failing]),
    program("base_top_no_top_no_base_base", [base]),
  ),
  "a failed teardown fails nothing, and keeps no other from its own": run(
    program("base_top", [unclosed]),
    program("base_top_no_top_no_base_base", [base]),
  ),
};
