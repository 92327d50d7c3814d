import { execFile } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildClientSchema, buildSchema, getIntrospectionQuery, type GraphQLSchema, type IntrospectionQuery } from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWithEngine } from "../../engines.ts";
import { Program } from "../../stack/program.ts";
import { startStack } from "../../stack/stack.ts";
import {
  better,
  differences as tolerated,
  metSometimes,
  nestedArguments,
  notAsked,
  rules,
  shallow,
  transforms,
} from "./differences.ts";
import { answersMet, everyAnswer } from "./frame/coverage.ts";
import { followLog } from "./frame/follow-log.ts";
import { needless } from "./frame/needless.ts";
import { compareAnswers, type Comparing, runSteps, type Session } from "./frame/run-steps.ts";
import { Memory, send, type Server } from "./frame/server.ts";
import { notProvoked } from "./not-provoked.ts";
import { startDagster } from "./start-dagster.ts";
import { lastSteps, steps } from "./steps/index.ts";
import { readOnlySteps } from "./steps/read-only.ts";
import { unknownRun } from "./steps/selectors.ts";

const execute = promisify(execFile);
const projects = join(import.meta.dirname, "projects");
const sources = join(import.meta.dirname, "../../../services/webserver/src/graphql");
const coordinator = "run_coordinator: {module: dagster._core.run_coordinator, class: DefaultRunCoordinator}\n";
const patienceMs = 1_200_000;

/** One of both servers, with what it has been asked so far. */
interface Asked extends Session {
  readonly server: Server;
  /** The same instance, served read-only. */
  readonly readOnly: Server;
}

describeWithEngine("python", "the GraphQL API beside Dagster's", ({ DAGSTER_PYTHON }) => {
  const running = new AsyncDisposableStack();
  let comparing: Comparing;
  let theirs: Asked;
  let ours: Asked;
  const both = async <Answer>(ask: (asked: Asked) => Promise<Answer>): Promise<readonly [theirs: Answer, ours: Answer]> =>
    Promise.all([ask(theirs), ask(ours)]);

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), "dagwright-compat-"));
    running.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    const [dagster, stack] = await Promise.all([
      startDagster(DAGSTER_PYTHON, join(folder), { COMPAT_MARKER: join(folder, "theirs-") }),
      startStack({
        definitions: join(projects, "project.ts"),
        instanceFile: coordinator,
        moreLocations: `  - ts_file: {relative_path: ${join(projects, "broken.ts")}, location_name: broken}\n`,
        env: { COMPAT_MARKER: join(folder, "ours-") },
      }),
    ]);
    running.use(dagster);
    running.use(stack);
    const asked = (server: Server, readOnlyUrl: string): Asked => ({
      server,
      readOnly: { ...server, url: readOnlyUrl },
      memory: new Memory(),
      byTitle: {},
    });
    theirs = asked(dagster, dagster.readOnlyUrl);
    const readOnly = running.use(
      new Program({
        name: "webserver that is read-only",
        args: ["webserver", "-w", join(stack.home, "workspace.yaml"), "-p", "0", "--read-only", "--log-format", "plain"],
        cwd: projects,
        env: { ...process.env, NODE_OPTIONS: undefined, DAGSTER_HOME: undefined, DAGWRIGHT_HOME: stack.home },
      }),
    );
    const readOnlyUrl = await readOnly.start();
    // Our daemons make their passes by themselves.
    ours = asked({ name: "Dagwright", url: stack.url(), pass: () => Promise.resolve() }, readOnlyUrl);
    comparing = {
      theirs: await schemaOf(dagster),
      ours: ownSchema(),
      args: nestedArguments,
      left: notAsked,
      shallow,
      rules,
      transforms,
      better,
      tolerated,
    };
  }, patienceMs);
  afterAll(() => running.disposeAsync());

  test(
    "answers the same to the same operations",
    async () => {
      const [dagster, own] = await both(({ server, ...session }) => runSteps(steps, server, comparing, session));
      expect(compareAnswers(steps, dagster, own, comparing).differences).toEqual([]);
    },
    patienceMs,
  );

  test(
    "refuses the same to everybody when it is read-only, and says so beforehand",
    async () => {
      const [dagster, own] = await both(({ readOnly, memory }) =>
        runSteps(readOnlySteps, readOnly, comparing, { memory, byTitle: {} }),
      );
      expect(compareAnswers(readOnlySteps, dagster, own, comparing).differences).toEqual([]);
      const refused = answersMet(comparing.theirs, Object.values(own.byTitle));
      const refusals = everyAnswer(comparing.theirs).filter((each) => /^Mutation\..* \| UnauthorizedError$/.test(each));
      expect(refusals.filter((each) => !refused.has(each))).toEqual([]);
    },
    patienceMs,
  );

  test("tells the log of a run over a WebSocket, by both subprotocols", async () => {
    const [dagster, own] = await both(({ server, memory }) => followLog(server.url, memory.known("the failing")));
    const comparable = (events: unknown): unknown => transforms["EventConnection.events"]?.(events);
    expect(comparable(own)).toEqual(comparable(dagster));
    expect(await followLog(ours.server.url, ours.memory.known("the failing"), "graphql-transport-ws")).toEqual(own);
    expect(await followLog(ours.server.url, unknownRun)).toEqual(await followLog(theirs.server.url, unknownRun));
  });

  test(
    "serves Dagster's published client for Python, and its command line",
    async () => {
      const program = join(import.meta.dirname, "python_client.py");
      const env = { ...process.env, DAGSTER_HOME: "", PYTHONDONTWRITEBYTECODE: "1" };
      const [dagster, own] = await both(async ({ server }) => {
        const { stdout } = await execute(DAGSTER_PYTHON, ["-W", "ignore", program, server.url], { env });
        return JSON.parse(stdout) as unknown;
      });
      expect(own).toEqual(dagster);
    },
    patienceMs,
  );

  test(
    "answers the same to what is done to a deployment",
    async () => {
      const [dagster, own] = await both(({ server, ...session }) => runSteps(lastSteps, server, comparing, session));
      expect(compareAnswers(lastSteps, dagster, own, comparing).differences).toEqual([]);
    },
    patienceMs,
  );

  test("everything that Dagster's schema answers has been answered, but for what is listed, and all tolerances were needed", () => {
    const met = answersMet(comparing.theirs, Object.values(ours.byTitle));
    const unmet = everyAnswer(comparing.theirs).filter((each) => !met.has(each));
    const all = [...steps, ...lastSteps];
    const answers = ({ byTitle, memory }: Asked) => ({ byTitle, names: memory.names });
    const tolerances = [
      ...Object.keys(tolerated),
      ...all.flatMap((step) => Object.keys(step.tolerated ?? {}).map((path) => `${step.title}: ${path}`)),
    ];
    const { used } = compareAnswers(all, answers(theirs), answers(ours), comparing);
    expect({
      unmet: unmet.filter((each) => !notProvoked.some(([pattern]) => pattern.test(each))),
      metAfterAll: notProvoked.filter(([pattern]) => !unmet.some((each) => pattern.test(each))),
      toleratedForNothing: [...tolerances, ...needless(all, answers(theirs), answers(ours), comparing)].filter(
        (each) => !used.has(each) && !metSometimes.has(each),
      ),
    }).toEqual({ unmet: [], metAfterAll: [], toleratedForNothing: [] });
  });
});

async function schemaOf(server: Server): Promise<GraphQLSchema> {
  const { data } = await send(server, getIntrospectionQuery(), {});
  return buildClientSchema(data as IntrospectionQuery);
}

const ownSchema = (): GraphQLSchema =>
  buildSchema(
    globSync("**/*.graphql", { cwd: sources })
      .map((path) => readFileSync(join(sources, path), "utf8"))
      .join("\n"),
  );
