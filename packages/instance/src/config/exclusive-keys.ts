import { isMapping } from "../config-file/env-reference.ts";
import type { RuleBreach } from "../config-file/parse-config-file.ts";

type Path = readonly string[];

/** What the file says at a path; undefined and an empty value are both "nothing". */
function given(raw: unknown, path: Path): unknown {
  let value = raw;
  for (const part of path) value = isMapping(value) ? value[part] : undefined;
  return value ?? undefined;
}

const has = (raw: unknown, ...path: Path): boolean => given(raw, path) !== undefined;
const separateStorages = ["run_storage", "event_log_storage", "schedule_storage"] as const;

/** Keys of `dagster.yaml` that exclude one another; the pairs are Dagster's. */
export const exclusiveKeyRules: readonly ((raw: unknown) => readonly RuleBreach[])[] = [
  (raw) =>
    has(raw, "storage")
      ? separateStorages
          .filter((key) => has(raw, key))
          .map((key) => ({ path: [key], message: "excludes storage, which names all three storages; remove one of the two" }))
      : [],
  (raw) => {
    const present = separateStorages.filter((key) => has(raw, key));
    if (has(raw, "storage") || present.length === 0 || present.length === 3) return [];
    const absent = separateStorages.filter((key) => !present.includes(key));
    return [
      {
        path: [present[0]!],
        message: `needs ${absent.join(" and ")} beside it, naming the same database; or use storage.postgres for all`,
      },
    ];
  },
  (raw) =>
    has(raw, "run_queue") && has(raw, "run_coordinator")
      ? [
          {
            path: ["run_queue"],
            message:
              "excludes run_coordinator; move its limits there, or remove run_coordinator (QueuedRunCoordinator is the default)",
          },
        ]
      : [],
  (raw) =>
    has(raw, "concurrency", "pools") && has(raw, "concurrency", "default_op_concurrency_limit")
      ? [
          {
            path: ["concurrency", "default_op_concurrency_limit"],
            message: "excludes concurrency.pools; use concurrency.pools.default_limit",
          },
        ]
      : [],
  (raw) => {
    if (!has(raw, "concurrency", "runs") && !has(raw, "concurrency", "pools")) return [];
    const queues = [["run_queue"], ["run_coordinator", "config"]];
    const limits = [
      { path: ["max_concurrent_runs"], instead: "concurrency.runs.max_concurrent_runs" },
      { path: ["tag_concurrency_limits"], instead: "concurrency.runs.tag_concurrency_limits" },
      {
        path: ["block_op_concurrency_limited_runs", "op_concurrency_slot_buffer"],
        instead: "concurrency.pools.op_granularity_run_buffer",
      },
    ];
    return queues.flatMap((queue) =>
      limits
        .filter((limit) => has(raw, ...queue, ...limit.path))
        .map((limit) => ({
          path: [...queue, ...limit.path],
          message: `excludes concurrency.runs and concurrency.pools; use ${limit.instead}`,
        })),
    );
  },
];
