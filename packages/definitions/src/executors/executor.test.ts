import { describe, expect, test } from "vitest";
import {
  asyncExecutor,
  buildRepository,
  definitions,
  type ExecutorDefinition,
  inProcessExecutor,
  job,
  multiprocessExecutor,
  resolveExecutor,
  validateRunConfig,
} from "../index.ts";

describe("the executor of a run", () => {
  const resolved = (executor: ExecutorDefinition | undefined, execution: object) => {
    const repository = buildRepository(definitions({ jobs: [job("j", executor ? { executor } : {}, () => {})] }));
    const result = validateRunConfig(repository, "j", { execution });
    if (!result.ok) return result.errors.map(({ message }) => message);
    return resolveExecutor(repository.jobs.get("j")!.snapshot.executor, result.config);
  };

  test("by default is several processes, and run config may choose", () => {
    expect(resolved(undefined, {})).toEqual({ name: "multiprocess", options: { maxConcurrent: null, isolation: "worker" } });
    expect(resolved(undefined, { config: { in_process: {} } })).toEqual({ name: "in_process", options: {} });
    expect(resolved(undefined, { config: { multiprocess: { max_concurrent: 3, isolation: "step" } } })).toEqual({
      name: "multiprocess",
      options: { maxConcurrent: 3, isolation: "step" },
    });
    expect(resolved(undefined, { config: { in_process: {}, multiprocess: {} } })).toEqual([
      "execution.config: exactly one of in_process, multiprocess is needed, got 2",
    ]);
  });

  test("that the job names takes its own options", () => {
    expect(resolved(multiprocessExecutor({ maxConcurrent: 4 }), { config: { max_concurrent: 2 } })).toEqual({
      name: "multiprocess",
      options: { maxConcurrent: 2, isolation: "worker" },
    });
    expect(resolved(multiprocessExecutor({ maxConcurrent: 4 }), { config: { max_concurrent: 0 } })).toEqual({
      name: "multiprocess",
      options: { maxConcurrent: null, isolation: "worker" },
    });
    expect(resolved(inProcessExecutor, { config: { max_concurrent: 2 } })).toEqual([
      "execution.config.max_concurrent: there is no such field; known here: retries",
    ]);
  });

  test("is refused with options that make no sense", () => {
    expect(() => multiprocessExecutor({ maxConcurrent: 0 })).toThrow(
      "multiprocessExecutor: maxConcurrent is 0; it must be a whole number of at least 1",
    );
    expect(() => multiprocessExecutor({ isolation: "thread" as never })).toThrow(
      'isolation is "thread"; it must be "worker" or "step"',
    );
  });

  test("several steps in one process take what several processes do, but for isolation", () => {
    const executor = asyncExecutor({ maxConcurrent: 4, retries: "disabled" });
    expect(resolved(executor, {})).toEqual({ name: "async", options: { maxConcurrent: 4, retries: "disabled" } });
    expect(resolved(executor, { config: { max_concurrent: 2, retries: { enabled: {} } } })).toEqual({
      name: "async",
      options: { maxConcurrent: 2, retries: "enabled" },
    });
    expect(resolved(executor, { config: { isolation: "step" } })).toEqual([
      "execution.config.isolation: there is no such field; known here: max_concurrent, tag_concurrency_limits, retries",
    ]);
    expect(asyncExecutor().snapshot.options).toEqual({ maxConcurrent: 16 });
  });

  test("limits steps by tag and turns retries off, in code and in run config", () => {
    const limits = [
      { key: "db", limit: 2 },
      { key: "service", value: "mail", limit: 1 },
      { key: "tenant", value: { applyLimitPerUniqueValue: true }, limit: 3 },
    ];
    const executor = multiprocessExecutor({ tagConcurrencyLimits: limits, retries: "disabled" });
    const options = { maxConcurrent: null, isolation: "worker", tagConcurrencyLimits: limits, retries: "disabled" };
    expect(resolved(executor, {})).toEqual({ name: "multiprocess", options });
    expect(resolved(executor, { config: { tag_concurrency_limits: [], retries: { enabled: {} } } })).toEqual({
      name: "multiprocess",
      options: { ...options, tagConcurrencyLimits: [], retries: "enabled" },
    });
    const config = { multiprocess: { tag_concurrency_limits: limits, retries: { disabled: {} } } };
    expect(resolved(undefined, { config })).toEqual({ name: "multiprocess", options });
    expect(resolved(inProcessExecutor({ retries: "disabled" }), {})).toEqual({
      name: "in_process",
      options: { retries: "disabled" },
    });
    expect(resolved(undefined, { config: { in_process: { retries: { disabled: {} } } } })).toEqual({
      name: "in_process",
      options: { retries: "disabled" },
    });
    expect(resolved(undefined, { config: { multiprocess: { tag_concurrency_limits: [{ key: "db" }], retries: {} } } })).toEqual([
      "execution.config.multiprocess.tag_concurrency_limits[0].limit: is missing; it needs a whole number",
      "execution.config.multiprocess.retries: exactly one of enabled, disabled is needed, got none",
    ]);
  });

  test("is refused with limits and retries that make no sense", () => {
    expect(() => asyncExecutor({ maxConcurrent: 0.5 })).toThrow("asyncExecutor: maxConcurrent is 0.5; it must be a whole number");
    expect(() => inProcessExecutor({ retries: "deferred" as never })).toThrow(
      'retries is "deferred"; it must be "enabled" or "disabled"',
    );
    const limited = (limit: object) => () => multiprocessExecutor({ tagConcurrencyLimits: [limit as never] });
    expect(limited({ key: "", limit: 1 })).toThrow("tagConcurrencyLimits[0] has no `key`; it must be the key of a tag");
    expect(limited({ key: "db", limit: -1 })).toThrow("tagConcurrencyLimits[0] has the limit -1; it must be a whole number");
    expect(limited({ key: "db", value: 1, limit: 1 })).toThrow("tagConcurrencyLimits[0] has a `value` that is neither");
  });
});
