import { describe, expect, it } from "vitest";
import { ConfigFileError } from "../errors.ts";
import { parseInstanceConfig } from "./instance-config.ts";

const env = { PG_URL: "postgresql://ann:s3cret@db:5432/runs", PG_PORT: "6432", BAD_PORT: "many", PG_PASSWORD: "p@ss/w:rd#1" };
const read = (text: string) => parseInstanceConfig(text, "dagster.yaml", env);

function problemsOf(text: string): readonly string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ConfigFileError)
      return error.message
        .split("\n")
        .slice(1)
        .map((line) => line.trim());
    throw error;
  }
  return [];
}

describe("a good dagster.yaml", () => {
  it("that is empty gives the defaults", () => {
    expect(read("")).toMatchObject({
      storage: { kind: "embedded" },
      runCoordinator: { name: "QueuedRunCoordinator", runQueue: { maxConcurrentRuns: 10, dequeueIntervalSeconds: 5 } },
      runLauncher: { name: "DefaultRunLauncher" },
      computeLogs: { name: "LocalComputeLogManager", baseDir: null, pollingTimeoutSeconds: 2.5 },
      runMonitoring: { startTimeoutSeconds: 180, cancelTimeoutSeconds: 180, maxRuntimeSeconds: null },
      runRetries: { enabled: false, maxRetries: 0, retryOnAssetOrOpFailure: true },
      retention: { schedule: { skipped: null }, sensor: { skipped: 7, failure: null } },
      telemetry: { enabled: false },
    });
  });

  it("is frozen to its leaves", () => {
    const config = read("run_queue: {tag_concurrency_limits: [{key: db, limit: 1}]}");
    const queue = config.runCoordinator.name === "QueuedRunCoordinator" ? config.runCoordinator.runQueue : null;
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(queue?.tagConcurrencyLimits[0])).toBe(true);
  });

  it("may leave a block empty", () => {
    expect(read("run_queue:\nstorage:\nrun_monitoring:\n  enabled:\n")).toEqual(read(""));
  });

  it("takes anchors, merges and YAML 1.1 booleans, as Dagster's reader does", () => {
    const config = read("sensors: &workers {use_threads: yes, num_workers: 4}\nschedules:\n  <<: *workers\n  num_workers: 2\n");
    expect(config.sensors).toEqual({ useThreads: true, numWorkers: 4, numSubmitWorkers: null });
    expect(config.schedules).toEqual({ useThreads: true, numWorkers: 2, numSubmitWorkers: null });
  });

  it("reads limits in all their forms", () => {
    const config = read(`
run_queue:
  max_concurrent_runs: -1
  tag_concurrency_limits:
    - {key: team, limit: 3}
    - {key: team, value: blue, limit: 1}
    - {key: database, value: {applyLimitPerUniqueValue: true}, limit: 2}
  block_op_concurrency_limited_runs: {enabled: true, op_concurrency_slot_buffer: 4}
`);
    expect(config.runCoordinator).toMatchObject({
      runQueue: {
        maxConcurrentRuns: null,
        opConcurrencySlotBuffer: 4,
        tagConcurrencyLimits: [
          { key: "team", value: null, perUniqueValue: false, limit: 3 },
          { key: "team", value: "blue", perUniqueValue: false, limit: 1 },
          { key: "database", value: null, perUniqueValue: true, limit: 2 },
        ],
      },
    });
    expect(config.concurrency.pools.granularity).toBe("op");
  });

  it("lets concurrency.runs set the queue's limits", () => {
    const config = read("concurrency: {runs: {max_concurrent_runs: 3}, pools: {default_limit: 2, granularity: run}}");
    expect(config.runCoordinator).toMatchObject({ runQueue: { maxConcurrentRuns: 3 } });
    expect(config.concurrency.pools).toEqual({ defaultLimit: 2, granularity: "run", opGranularityRunBuffer: null });
  });

  it("reads retention by status", () => {
    const config = read("retention: {schedule: {purge_after_days: 90}, sensor: {purge_after_days: {skipped: 1, failure: -1}}}");
    expect(config.retention.schedule).toEqual({ started: 90, skipped: 90, success: 90, failure: 90 });
    expect(config.retention.sensor).toEqual({ started: null, skipped: 1, success: null, failure: null });
  });

  it("reads retention by class, in days", () => {
    const { retention } = read("retention: {run_events: {purge_after_days: 30}, run_logs: {purge_after_days: -1}}");
    expect(retention).toMatchObject({ runEventsDays: 30, runLogsDays: null, runsDays: null, assetEventsDays: null });
    expect(() => read("retention: {runs: {purge_after_days: 0}}")).toThrow("0 days keep nothing");
  });

  it("takes every block of Dagster's own at once", () => {
    const text = `
local_artifact_storage: {module: dagster.core.storage.root, class: LocalArtifactStorage, config: {base_dir: artifacts}}
compute_logs: {module: dagster._core.storage.noop_compute_log_manager, class: NoOpComputeLogManager}
scheduler: {module: dagster.core.scheduler, class: DagsterDaemonScheduler}
run_coordinator: {module: dagster.core.run_coordinator, class: QueuedRunCoordinator, config: {max_concurrent_runs: 25}}
run_launcher: {module: dagster, class: DefaultRunLauncher}
run_monitoring:
  {enabled: true, start_timeout_seconds: 1, cancel_timeout_seconds: 2, max_runtime_seconds: 3, max_resume_run_attempts: 4,
   poll_interval_seconds: 5, cancellation_thread_poll_interval_seconds: 6, free_slots_after_run_end_seconds: 7}
run_retries: {enabled: true, max_retries: 3, retry_on_asset_or_op_failure: false}
code_servers: {local_startup_timeout: 10, reload_timeout: 11, wait_for_local_processes_on_shutdown: true}
backfills: {use_threads: true, num_workers: 8, num_submit_workers: 4}
auto_materialize: {enabled: true, minimum_interval_seconds: 30, run_tags: {team: blue, tier: 1}, respect_materialization_data_versions: true,
  max_tick_retries: 1, use_sensors: false, use_threads: true, num_workers: 4}
freshness: {enabled: false}
telemetry: {enabled: true}
nux: {enabled: false}
python_logs: {managed_python_loggers: [root], python_log_level: INFO, dagster_handler_config: {handlers: {h: {class: x, env: {a: b}}}}}
`;
    expect(read(text)).toMatchObject({
      localArtifactStorage: { baseDir: "artifacts" },
      computeLogs: { name: "NoOpComputeLogManager" },
      runCoordinator: { name: "QueuedRunCoordinator", runQueue: { maxConcurrentRuns: 25 } },
      runMonitoring: {
        enabled: true,
        startTimeoutSeconds: 1,
        cancelTimeoutSeconds: 2,
        maxRuntimeSeconds: 3,
        maxResumeRunAttempts: 4,
        pollIntervalSeconds: 5,
      },
      runRetries: { enabled: true, maxRetries: 3, retryOnAssetOrOpFailure: false },
      codeServers: { localStartupTimeoutSeconds: 10, reloadTimeoutSeconds: 11, waitForLocalProcessesOnShutdown: true },
      autoMaterialize: { runTags: { team: "blue", tier: "1" }, maxTickRetries: 1, useSensors: false },
      pythonLogs: { managedPythonLoggers: ["root"], pythonLogLevel: "INFO" },
    });
  });

  it.each([
    ["a URL", "storage: {postgres: {postgres_url: 'postgresql://ann:pw@db/runs'}}", "postgresql://ann:pw@db/runs"],
    [
      "a URL of SQLAlchemy's",
      "storage: {postgres: {postgres_url: 'postgresql+psycopg2://ann@db:1/runs'}}",
      "postgresql://ann@db:1/runs",
    ],
    [
      "a URL out of the environment",
      "storage: {postgres: {postgres_url: {env: PG_URL}}}",
      "postgresql://ann:s3cret@db:5432/runs",
    ],
    [
      "its parts, with special characters and a port out of the environment",
      "storage: {postgres: {postgres_db: {username: 'a@b', password: {env: PG_PASSWORD}, hostname: db, db_name: my runs, port: {env: PG_PORT}}}}",
      "postgresql://a%40b:p%40ss%2Fw%3Ard%231@db:6432/my%20runs",
    ],
    [
      "parameters; sslmode means what libpq means by it",
      "storage: {postgres: {postgres_db: {username: a, hostname: db, db_name: runs, params: {sslmode: require, connect_timeout: 10}}}}",
      "postgresql://a@db:5432/runs?sslmode=require&connect_timeout=10&uselibpqcompat=true",
    ],
    [
      "a socket's directory",
      "storage: {postgres: {postgres_db: {username: a, hostname: /run/pg, db_name: runs}}}",
      "postgresql://a@localhost:5432/runs?host=%2Frun%2Fpg",
    ],
    [
      "the three separate blocks",
      ["run_storage Run", "event_log_storage EventLog", "schedule_storage Schedule"]
        .map((pair) => pair.split(" "))
        .map(
          ([key, prefix]) =>
            `${key}: {module: dagster_postgres.${key}, class: Postgres${prefix}Storage, config: {postgres_url: 'postgresql://a@db/runs'}}`,
        )
        .join("\n"),
      "postgresql://a@db/runs",
    ],
    [
      "Dagster's united storage",
      "storage: {custom: {module: dagster_postgres, class: DagsterPostgresStorage, config: {postgres_url: 'postgresql://a@db/runs'}}}",
      "postgresql://a@db/runs",
    ],
  ])("names its Postgres by %s", (_, text, url) => {
    const { storage } = read(text);
    expect(storage.kind === "postgres" && storage.url.reveal()).toBe(url);
  });

  it("hands an npm package's component on as custom", () => {
    const text = "run_launcher: {module: ./launchers/nomad.ts, class: NomadRunLauncher, config: {env: REGION}}";
    expect(read(text).runLauncher).toEqual({
      name: "custom",
      module: "./launchers/nomad.ts",
      className: "NomadRunLauncher",
      config: { env: "REGION" },
    });
  });
});

const postgresStorage = (key: string, prefix: string, url: string) =>
  `${key}: {module: dagster_postgres.${key}, class: Postgres${prefix}Storage, config: {postgres_url: '${url}'}}`;

describe("a bad dagster.yaml names file, line, column, key and what to do", () => {
  it.each<[string, string, string[]]>([
    [
      "a mistyped block",
      "run_que:\n  max_concurrent_runs: 1",
      ["dagster.yaml:1:1 run_que: unknown key; did you mean run_queue?"],
    ],
    [
      "a mistyped key",
      "run_queue:\n  max_concurent_runs: 1",
      ["dagster.yaml:2:3 run_queue.max_concurent_runs: unknown key; did you mean max_concurrent_runs?"],
    ],
    ["a key unlike any", "freshness:\n  colour: blue", ["dagster.yaml:2:3 freshness.colour: unknown key; known here: enabled"]],
    [
      "several things at once, in the file's order",
      "run_retries:\n  max_retries: two\n  enabled: 3\nrun_queue:\n  max_concurrent_runs: -2\n  what: 1\nsensors: 4\n",
      [
        "dagster.yaml:2:16 run_retries.max_retries: expected a whole number of at least 0, found a text",
        "dagster.yaml:3:12 run_retries.enabled: expected true or false, found a number",
        "dagster.yaml:5:24 run_queue.max_concurrent_runs: expected a whole number of at least -1, found -2",
        "dagster.yaml:6:3 run_queue.what: unknown key; known here: max_concurrent_runs, tag_concurrency_limits, location_weights, dequeue_interval_seconds, " +
          "dequeue_use_threads, dequeue_num_workers, max_user_code_failure_retries, user_code_failure_retry_delay, block_op_concurrency_limited_runs",
        "dagster.yaml:7:10 sensors: expected a mapping with keys out of use_threads, num_workers, num_submit_workers, found a number",
      ],
    ],
    [
      "an environment variable that is not set",
      "storage:\n  postgres:\n    postgres_url:\n      env: NO_SUCH\n",
      ["dagster.yaml:3:5 storage.postgres.postgres_url: environment variable NO_SUCH is not set"],
    ],
    [
      "an environment variable that holds something else",
      "storage: {postgres: {postgres_db: {username: a, hostname: b, db_name: c, port: {env: BAD_PORT}}}}",
      [
        "dagster.yaml:1:74 storage.postgres.postgres_db.port: environment variable BAD_PORT should hold a whole number from 1 to 65535 and does not",
      ],
    ],
    [
      "missing keys",
      "storage: {postgres: {postgres_db: {username: a}}}",
      [
        "dagster.yaml:1:22 storage.postgres.postgres_db.hostname: is required (a text)",
        "dagster.yaml:1:22 storage.postgres.postgres_db.db_name: is required (a text)",
      ],
    ],
    [
      "a bad item of a list",
      "run_queue:\n  tag_concurrency_limits:\n    - key: a\n      limit: 1\n    - key: b\n      value: {applyLimitPerValue: true}\n",
      [
        "dagster.yaml:5:7 run_queue.tag_concurrency_limits.1.limit: is required (a whole number of at least 0)",
        "dagster.yaml:6:7 run_queue.tag_concurrency_limits.1.value.applyLimitPerUniqueValue: is required (true or false)",
        "dagster.yaml:6:15 run_queue.tag_concurrency_limits.1.value.applyLimitPerValue: unknown key; did you mean applyLimitPerUniqueValue?",
      ],
    ],
    [
      "a number where a text is meant",
      "storage: {postgres: {postgres_db: {username: a, hostname: b, db_name: c, password: 12345}}}",
      ["dagster.yaml:1:84 storage.postgres.postgres_db.password: expected a text, found a number (put it in quotes)"],
    ],
    [
      "a word out of a few",
      "concurrency: {pools: {granularity: ops}}",
      ['dagster.yaml:1:36 concurrency.pools.granularity: expected one of op, run, found "ops"'],
    ],
    [
      "a named pool",
      "concurrency:\n  pools:\n    warehouse: 3\n",
      [
        "dagster.yaml:3:5 concurrency.pools.warehouse: a single pool's limit is kept in the database, not in this file; set it with " +
          "`dagwright instance concurrency set warehouse LIMIT`. Known here: default_limit, granularity, op_granularity_run_buffer",
      ],
    ],
    [
      "a mistyped key of pools",
      "concurrency: {pools: {default_limt: 3}}",
      ["dagster.yaml:1:23 concurrency.pools.default_limt: unknown key; did you mean default_limit?"],
    ],
    [
      "storage beside the three",
      `storage: {postgres: {postgres_url: 'postgresql://a@db/runs'}}\n${postgresStorage("run_storage", "Run", "postgresql://a@db/runs")}`,
      ["dagster.yaml:2:1 run_storage: excludes storage, which names all three storages; remove one of the two"],
    ],
    [
      "one of the three alone",
      postgresStorage("event_log_storage", "EventLog", "postgresql://a@db/runs"),
      [
        "dagster.yaml:1:1 event_log_storage: needs run_storage and schedule_storage beside it, naming the same database; or use storage.postgres for all",
      ],
    ],
    [
      "three that name two databases, without their passwords",
      [
        postgresStorage("run_storage", "Run", "postgresql://a:secret@db/runs"),
        postgresStorage("event_log_storage", "EventLog", "postgresql://a:secret@db/events"),
        postgresStorage("schedule_storage", "Schedule", "postgresql://b:other@db:5432/runs"),
      ].join("\n"),
      [
        "dagster.yaml:2:1 event_log_storage: names the database db:5432/events, and run_storage db:5432/runs; " +
          "Dagwright keeps all three in one database",
      ],
    ],
    [
      "run_queue beside run_coordinator",
      "run_queue: {max_concurrent_runs: 1}\nrun_coordinator: {module: dagster, class: DefaultRunCoordinator}",
      [
        "dagster.yaml:1:1 run_queue: excludes run_coordinator; move its limits there, or remove run_coordinator (QueuedRunCoordinator is the default)",
      ],
    ],
    [
      "limits in two places",
      "concurrency: {runs: {max_concurrent_runs: 2}}\nrun_queue:\n  max_concurrent_runs: 1\n",
      [
        "dagster.yaml:3:3 run_queue.max_concurrent_runs: excludes concurrency.runs and concurrency.pools; use concurrency.runs.max_concurrent_runs",
      ],
    ],
    [
      "the older limit beside pools",
      "concurrency: {pools: {default_limit: 2}, default_op_concurrency_limit: 1}",
      [
        "dagster.yaml:1:42 concurrency.default_op_concurrency_limit: excludes concurrency.pools; use concurrency.pools.default_limit",
      ],
    ],
    [
      "two kinds of storage",
      "storage: {sqlite: {base_dir: a}, postgres: {postgres_url: 'postgresql://a@db/runs'}}",
      [
        "dagster.yaml:1:11 storage.sqlite: SQLite storage is known, but not built yet; use postgres, or leave storage out for the embedded Postgres",
      ],
    ],
    [
      "a database named twice",
      "storage: {postgres: {postgres_url: 'postgresql://a@db/runs', postgres_db: {username: a, hostname: b, db_name: c}}}",
      [
        "dagster.yaml:1:62 storage.postgres.postgres_db: names the database a second time; give either postgres_url or postgres_db",
      ],
    ],
    [
      "mistyped keys within components",
      `${postgresStorage("run_storage", "Run", "postgresql://a@db/runs")}
event_log_storage: {module: dagster_postgres, class: PostgresEventLogStorage, config: {postgres_ulr: x}}
${postgresStorage("schedule_storage", "Schedule", "postgresql://a@db/runs")}
run_coordinator: {module: dagster, class: QueuedRunCoordinator, config: {max_concurrent_run: 1}}
compute_logs: {module: dagster, class: LocalComputeLogManager, config: {base_dri: x}}
`,
      [
        "dagster.yaml:2:88 event_log_storage.config.postgres_ulr: unknown key; did you mean postgres_url?",
        "dagster.yaml:4:74 run_coordinator.config.max_concurrent_run: unknown key; did you mean max_concurrent_runs?",
        "dagster.yaml:5:73 compute_logs.config.base_dri: unknown key; did you mean base_dir?",
      ],
    ],
    [
      "a mistyped key of a database, once",
      "storage: {postgres: {postgres_ulr: 'postgresql://a@db/runs'}}",
      ["dagster.yaml:1:22 storage.postgres.postgres_ulr: unknown key; did you mean postgres_url?"],
    ],
    [
      "something that is no URL, without showing it",
      "storage: {postgres: {postgres_url: 'mysql://a:secret@db/runs'}}",
      [
        "dagster.yaml:1:36 storage.postgres.postgres_url: is not a Postgres URL such as postgresql://user:password@host:5432/database; " +
          "a password's special characters must be percent-encoded",
      ],
    ],
    [
      "a launcher that is known and not built, with its config's mistakes",
      "run_launcher:\n  module: dagster_docker\n  class: DockerRunLauncher\n  config:\n    netwrok: a\n",
      [
        "dagster.yaml:3:10 run_launcher.class: DockerRunLauncher is known, but not built yet; leave run_launcher out, and the code location's server runs its runs",
        "dagster.yaml:5:5 run_launcher.config.netwrok: unknown key; did you mean network?",
      ],
    ],
    [
      "an unknown class of a known module",
      "run_launcher: {module: dagster.core.launcher, class: DefaultLauncher}",
      [
        "dagster.yaml:1:54 run_launcher.class: dagster.core.launcher has no run launcher DefaultLauncher that is known here; did you mean DefaultRunLauncher?",
      ],
    ],
    [
      "an unknown class unlike any",
      "run_coordinator: {module: dagster.core, class: Chaos}",
      [
        "dagster.yaml:1:48 run_coordinator.class: dagster.core has no run coordinator Chaos that is known here; known here: DefaultRunCoordinator, QueuedRunCoordinator",
      ],
    ],
    [
      "a class of another module",
      "run_launcher: {module: dagster, class: DockerRunLauncher}",
      ["dagster.yaml:1:24 run_launcher.module: dagster has no run launcher DockerRunLauncher; it is in dagster_docker"],
    ],
    [
      "a component of one's own where there can be none",
      "run_coordinator: {module: my-queue, class: Queue}",
      [
        "dagster.yaml:1:44 run_coordinator.class: a run coordinator of your own cannot be loaded yet; known here: DefaultRunCoordinator, QueuedRunCoordinator",
      ],
    ],
    [
      "a key given twice",
      "telemetry: {enabled: true}\ntelemetry: {enabled: false}\n",
      ["dagster.yaml:2:1: is not valid YAML: Map keys must be unique"],
    ],
    [
      "broken YAML",
      "run_queue: [1, 2\nstorage: x",
      ["dagster.yaml:2:1: is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]"],
    ],
  ])("%s", (_, text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });

  it("a list instead of a mapping", () => {
    expect(problemsOf("- storage")).toEqual([
      expect.stringMatching(/^dagster.yaml:1:1: expected a mapping with keys out of storage, .*, found a list$/),
    ]);
  });
});

describe("any damage to a good dagster.yaml", () => {
  const component = (module: string, name: string, config: object) => ({ module, class: name, config });
  const good = {
    run_storage: component("dagster_postgres", "PostgresRunStorage", { postgres_url: "postgresql://a@db/runs" }),
    event_log_storage: component("dagster_postgres", "PostgresEventLogStorage", { postgres_url: { env: "PG_URL" } }),
    schedule_storage: component("dagster_postgres", "PostgresScheduleStorage", {
      postgres_db: { username: "a", hostname: "db", db_name: "runs", port: 5432, params: { sslmode: "require" } },
    }),
    run_coordinator: component("dagster", "QueuedRunCoordinator", {
      tag_concurrency_limits: [{ key: "a", value: { applyLimitPerUniqueValue: true }, limit: 1 }],
      block_op_concurrency_limited_runs: { enabled: true, op_concurrency_slot_buffer: 1 },
    }),
    run_launcher: component("./mine.mjs", "Mine", { a: 1 }),
    compute_logs: component("dagster", "LocalComputeLogManager", { base_dir: "a" }),
    concurrency: { default_op_concurrency_limit: 3 },
    retention: { schedule: { purge_after_days: { skipped: 1 } }, sensor: { purge_after_days: 3 } },
    auto_materialize: { run_tags: { a: "b" } },
    python_logs: { managed_python_loggers: ["a"], dagster_handler_config: { handlers: { a: 1 } } },
    secrets: { custom: component("dagster", "EnvFileLoader", {}) },
    instance_class: component("dagster", "DagsterInstance", {}),
  };
  type Tree = Record<string | number, unknown>;
  const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null;

  function* pathsOf(value: unknown, path: (string | number)[] = []): Generator<(string | number)[]> {
    yield path;
    if (isTree(value))
      for (const key of Object.keys(value)) yield* pathsOf(value[key], [...path, Array.isArray(value) ? Number(key) : key]);
  }
  type Damage = readonly [title: string, damage: (parent: Tree, key: string | number) => void];
  const damages: Damage[] = [
    ["is gone", (parent, key) => delete parent[key]],
    ["is mistyped", (parent, key) => ([parent[`${key}x`], parent[key]] = [parent[key], undefined])],
    ...[null, -7.5, "", "text", true, [], [[]], {}, { env: "NO_SUCH" }, { env: "PG_URL" }, { env: 3 }].map((value): Damage => [
      `is ${JSON.stringify(value)}`,
      (parent, key) => void (parent[key] = value),
    ]),
  ];

  it.each(damages)("that a key %s is read or refused by place, and nothing else", (_, damage) => {
    for (const path of pathsOf(good)) {
      if (path.length === 0) continue;
      const copy = structuredClone(good) as Tree;
      const parent = path.slice(0, -1).reduce<Tree>((tree, key) => tree[key] as Tree, copy);
      damage(parent, path.at(-1)!);
      try {
        read(JSON.stringify(copy));
      } catch (error) {
        if (!(error instanceof ConfigFileError)) throw new Error(`${path.join(".")}: ${String(error)}`, { cause: error });
        expect(error.problems.length).toBeGreaterThan(0);
        for (const problem of error.problems) expect(problem.message).not.toBe("");
      }
    }
  });
});
