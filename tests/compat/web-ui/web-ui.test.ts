import { runId } from "@dagwright/model";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeWithEngine } from "../../engines.ts";
import { query, until } from "../../graphql.ts";
import { type Browsing, startBrowsing } from "./browse.ts";
import { installedUi } from "./installed-ui.ts";
import { type ServedUi, serveUi } from "./serve-ui.ts";
import { readUiOperations, type UiOperation } from "./ui-operations.ts";
import { type UiSubject, variablesOf } from "./ui-variables.ts";
import { startUiWorld, type UiWorld } from "./ui-world.ts";

describeWithEngine("python", "Dagster's own web UI", ({ DAGSTER_PYTHON }) => {
  let world: UiWorld;
  beforeAll(async () => {
    world = await startUiWorld();
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });

  describe("asks", () => {
    let operations: readonly UiOperation[];
    beforeAll(() => {
      operations = readUiOperations(installedUi(DAGSTER_PYTHON));
    });

    test("nothing that the schema does not have, or that is too much", async () => {
      expect(operations.length).toBeGreaterThan(150);
      const refused: string[] = [];
      for (const { name, text } of operations) {
        // Validated and measured whole, while only the operation of ours is executed.
        const response = await fetch(`${world.stack.url()}/graphql`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ query: `${text}\nquery Nothing { __typename }`, operationName: "Nothing" }),
        });
        const { errors = [] } = (await response.json()) as { errors?: readonly { message: string }[] };
        if (response.status !== 200 || errors.length > 0) refused.push(`${name}: ${JSON.stringify(errors)}`);
      }
      expect(refused).toEqual([]);
    });

    test("queries that are all answered, of assets and jobs with partitions and without", async () => {
      const failed: string[] = [];
      for (const subject of await subjects(world)) {
        for (const { name, definition, text } of operations) {
          if (definition.operation !== "query") continue;
          const answered = query(world.stack.url(), text, variablesOf(definition, subject));
          const problem = await answered.then(unexpectedMembers, String);
          if (problem !== "") failed.push(`${name} of ${subject.asset} and ${subject.job}: ${problem}`);
        }
      }
      expect(failed).toEqual([]);
    });
  });

  describeWithEngine("chromium", "before our webserver", ({ CHROMIUM }) => {
    let ui: ServedUi;
    let browsing: Browsing;
    beforeAll(async () => {
      ui = await serveUi(installedUi(DAGSTER_PYTHON), world.stack.url());
      browsing = await startBrowsing(CHROMIUM, ui.url);
    });
    afterAll(async () => {
      await browsing[Symbol.asyncDispose]();
      await ui[Symbol.asyncDispose]();
    });

    const inLocation = (path: string): string => `/locations/__repository__@project/${path}`;
    /** Nothing was wrong since the last look. */
    const isWell = (): void => {
      expect({ problems: browsing.problems, refusals: ui.refusals }).toEqual({ problems: [], refusals: [] });
    };

    test("shows runs and backfills, their logs and their steps", async () => {
      const { visit } = browsing;
      await visit("/runs", "Show runs within backfills", "new_files", "Manually launched", "Backfill");
      await visit("/runs?view=backfills", world.backfill, world.jobBackfill);
      await visit(`/runs/${world.financeRun}`, "3 assets", "2 checks", /Steps failed: \['broken'\]/, "Errored (1)");
      await visit(`/runs/${world.failedRun}`, "STEP_UP_FOR_RETRY", "TypeError: seven is no number", "Succeeded (1)");
      await visit(`/runs/b/${world.backfill}`, "Partition selection", "orders_by_store", "100% completed");
      await visit(`/runs/b/${world.backfill}?tab=runs`, "2026-01-03|paris");
      await visit(`/runs/b/${world.jobBackfill}`, "nightly_partition_set");
      await visit("/overview/activity/timeline", "Jobless asset materializations", "finance");
      isWell();
    });

    test("shows what a step printed", async () => {
      const log = await world.stack.log(runId(world.financeRun));
      const fileKey = log.flatMap((entry) => (entry.type === "LOGS_CAPTURED" ? [entry.fileKey] : []))[0] ?? "";
      await browsing.visit(`/runs/${world.financeRun}?logType=stdout&logFileKey=${fileKey}`, "fetching rates");
      isWell();
    });

    test("shows assets, their events, partitions, checks and lineage", async () => {
      const { visit } = browsing;
      await visit("/assets", "orders_by_store", "What was **ordered**, by day", "10 partitions", /^Materialized/, "Failed");
      await visit("/assets/orders", "ada@example.com", "TypeScript", "tier: gold", "The order", "three rows");
      await visit("/assets/orders?view=partitions", "10 Partitions Selected", "Materialized (3)", "Missing (7)");
      await visit("/assets/orders?view=partitions&partition=2026-01-02", "Latest materialization", "rows");
      await visit("/assets/orders_by_store?view=partitions", "berlin", "Materialized (6)", "Missing (14)");
      await visit("/assets/customers?view=partitions", "acme", "globex");
      await visit("/assets/report?view=events", "Materialized in run", "currencies");
      await visit("/assets/report?view=checks", "report_is_long", "it has one line", "non-blocking");
      await visit("/assets/report?view=automation", "Evaluation result");
      await visit("/assets/rates", "Freshness policy", "Passing", "At 06:00 AM UTC", "2 sensors");
      await visit("/assets/supplier_feed", "External Asset", "Comes from elsewhere");
      await visit("/asset-groups", "Global asset lineage", "finance", "crm");
      await visit(inLocation("asset-groups/finance"), "broken", "1 / 1 Passed", "0 / 1 Passed");
      isWell();
    });

    test("shows jobs, their graphs, partitions and runs", async () => {
      const { visit } = browsing;
      await visit("/jobs", "calculate", "nightly");
      await visit(inLocation("jobs/calculate"), "twice", "domain: numbers", "Explode graphs");
      await visit(inLocation("jobs/calculate/twice/double"), "double_2");
      await visit(
        inLocation("jobs/nightly/partitions"),
        "Total partitions",
        "Missing partitions",
        "Run duration",
        world.jobBackfill,
      );
      await visit(inLocation("jobs/failing/runs"), "Manually launched");
      await visit(inLocation("jobs/finance"), "View as Asset Graph", "rates");
      await visit(inLocation("ops/sum"), "warehouse", "All Invocations");
      await visit(inLocation("graphs/twice"), "double_2");
      isWell();
    });

    test("shows the deployment", async () => {
      const { visit } = browsing;
      await visit("/deployment/locations", "Loaded", "project");
      await visit("/deployment/daemons", "Sensors", "Run queue", "Backfill", "Freshness Daemon");
      await visit("/deployment/concurrency", "database");
      await visit("/deployment/concurrency/database", "Granularity", "No active steps");
      await visit("/deployment/config", "QueuedRunCoordinator");
      await visit(inLocation(""), "Libraries", "dagwright");
      await visit(inLocation("assets"), "crm", "sources");
      await visit(inLocation("resources/warehouse"), "schema", "main");
      await visit("/overview/resources", "warehouse");
      isWell();
    });

    test("launches a run from the launchpad, tells what is wrong with its config before, and follows it to its end", async () => {
      const { page, visit, sees } = browsing;
      await visit(inLocation("jobs/calculate/playground"), "ops.read.config.path");
      await page.getByRole("button", { name: "Scaffold missing config" }).click();
      await page.getByRole("button", { name: "Confirm" }).click();
      await sees("No errors");
      await page.getByRole("button", { name: "Launch Run" }).click();
      await sees("RUN_SUCCESS");
      await sees("Succeeded (5)");
      isWell();
    });

    test("materializes an asset, switches a schedule, tries a sensor out, reloads", async () => {
      const { page, visit, sees } = browsing;
      await visit("/assets/rates", "Freshness policy");
      await page.getByRole("button", { name: "Materialize" }).first().click();
      await sees(/Launched run/);
      await visit(inLocation("schedules/rates_at_six"), "Schedule has never run");
      await page.locator("label:has(input[type=checkbox])").first().click();
      await sees("Next tick");
      await visit(inLocation("sensors/new_files"), "Preview tick result");
      await page.getByRole("button", { name: "Preview tick result" }).click();
      await page.getByRole("button", { name: "Continue" }).click();
      await sees("no new file");
      await page.getByRole("button", { name: "Close" }).first().click();
      await visit("/deployment/locations", "Reload all");
      await page.getByRole("button", { name: "Reload all" }).click();
      await sees(/Loaded|Updated/);
      isWell();
    });

    test("shows schedules and sensors with their ticks", async () => {
      const { page, visit, sees } = browsing;
      await visit("/automation", "every_minute", "new_files", "unlucky", "Scheduled Every minute");
      await visit(inLocation("sensors/new_files"), "1 run requested", "0 runs requested", "Cursor");
      await page.getByRole("button", { name: "View logs" }).last().click();
      await sees("looking for files");
      await page.keyboard.press("Escape");
      await visit(inLocation("sensors/unlucky"), "Failure", "rates");
      await visit(inLocation("sensors/default_automation_condition_sensor"), "Sensor has never run");
      // Its first tick comes up to a minute after the start; that is why this is looked at last.
      await until("the schedule has asked for a run", () => hasRuns(world, "every_minute"), 90_000);
      await visit(inLocation("schedules/every_minute"), "Tries again", "Europe/Berlin", "1 run requested");
      await visit(inLocation("schedules/nightly_schedule"), "nightly_partition_set", "Schedule has never run");
      isWell();
    });
  });
});

async function hasRuns({ stack }: UiWorld, schedule: string): Promise<true | undefined> {
  const tag = { key: "dagster/schedule_name", values: [schedule] };
  return (await stack.storage.runs.count({ tags: [tag] })) > 0 ? true : undefined;
}

/** Two points of view, of which each has what the other lacks. */
async function subjects({ stack, financeRun, failedRun, backfill, jobBackfill, tick }: UiWorld): Promise<readonly UiSubject[]> {
  const { runOrError } = await stack.query<{ runOrError: { pipelineSnapshotId: string } }>(
    "query ($id: ID!) { runOrError(runId: $id) { ... on Run { pipelineSnapshotId } } }",
    { id: failedRun },
  );
  const shared = {
    partition: "2026-01-03",
    snapshotId: runOrError.pipelineSnapshotId,
    sensor: "new_files",
    tickId: tick,
    evaluationId: "1",
    nodeId: "0",
  };
  return [
    {
      ...shared,
      asset: "orders",
      isPartitioned: true,
      check: "none",
      job: "nightly",
      runId: failedRun,
      backfillId: backfill,
      schedule: "nightly_schedule",
      handle: "load",
    },
    {
      ...shared,
      asset: "report",
      isPartitioned: false,
      check: "report_is_long",
      job: "calculate",
      runId: financeRun,
      backfillId: jobBackfill,
      schedule: "every_minute",
      handle: "read",
    },
  ];
}

/** Members of the answer's unions that stand for failures on a system on which all is well; empty: none. */
function unexpectedMembers(data: unknown): string {
  return Object.entries(data as Readonly<Record<string, unknown>>)
    .flatMap(([field, value]) =>
      JSON.stringify(value).startsWith('{"__typename":"PythonError"') ? [`${field} is ${JSON.stringify(value)}`] : [],
    )
    .join("; ");
}
