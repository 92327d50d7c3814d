import { createTestDatabase } from "@dagwright/storage/testing";
import { launchAndWait, query } from "@dagwright/tests/graphql";
import { startStack } from "@dagwright/tests/stack";
import { fileURLToPath } from "node:url";
import { direct } from "../bench-world.ts";
import type { Measurement } from "../measuring/measurement.ts";
import { measure, type Side } from "./compare.ts";
import { drive, type Question } from "./drive.ts";
import { type ComparedQuestion, renderComparison, short } from "./graphql-table.ts";
import { type HistorySize, multiplyOurs, multiplyTheirs } from "./history.ts";
import { makeProbe } from "./probed.ts";
import { startPeer } from "./peer.ts";
import { assetQuestions, historyQuestions, manifestQuestion } from "./questions.ts";
import { makeServerCount } from "./statements.ts";

export type GraphqlLevel = "small" | "large" | "assets" | "memory" | "launches";

export interface GraphqlOptions {
  /** Of this run's Postgres. */
  readonly serverUrl: string;
  readonly dataDir: string;
  readonly large: HistorySize;
  readonly assets: number;
  readonly levels: readonly GraphqlLevel[];
  /** For each query and number of clients. */
  readonly seconds: number;
  /** Parts of queries' names: only those. Empty: all. */
  readonly only: readonly string[];
  /** Whether to leave Dagster out. */
  readonly alone: boolean;
  /** Of the memory level. */
  readonly requests: number;
}

const project = (name: string): string => fileURLToPath(new URL(`../projects/${name}`, import.meta.url));
const small: HistorySize = { runs: 200, events: 10_000 };

/**
 * Every heavy query of the web UI against this webserver and against real Dagster's, one after the other, on two databases of one Postgres with the same
 * project and the same history.
 */
export async function benchGraphql(options: GraphqlOptions): Promise<readonly Measurement[]> {
  await makeServerCount(options.serverUrl, options.dataDir);
  const measurements: Measurement[] = [];
  for (const level of options.levels) {
    if (level === "memory") measurements.push(...(await memory(options)));
    else if (level === "launches") measurements.push(...(await launches(options)));
    else if (level === "assets") measurements.push(...(await withAssets(options)));
    else measurements.push(...(await withHistory(level, level === "small" ? small : options.large, options)));
  }
  return measurements;
}

async function withHistory(level: string, size: HistorySize, options: GraphqlOptions): Promise<readonly Measurement[]> {
  await using probe = makeProbe();
  await using ours = await startOurs("history.ts", probe.env);
  await using theirs = options.alone ? null : await startTheirs("history.py", {});
  const loadedAt = performance.now();
  const seeds = [await launchAndWait(ours.url, "project", "nightly")];
  await multiplyOurs(ours.connectionString, seeds[0]!.runId, size);
  const oursMs = performance.now() - loadedAt;
  if (theirs !== null) {
    seeds.push(await launchAndWait(theirs.url, "project", "nightly"));
    await theirs.peer.seedTicks();
    await multiplyTheirs(theirs.connectionString, seeds[1]!.runId, size);
  }
  progress(`${level}: history made in ${short(oursMs / 1000)} s, both in ${short((performance.now() - loadedAt) / 1000)} s`);
  const dayAgo = Math.floor(Date.now() / 1000) - 5 * 86_400;
  const sides = [ours, ...(theirs === null ? [] : [theirs])];
  const runIds = await Promise.all(sides.map(({ url }) => middleRun(url)));
  const questions = runIds.map((runId) => historyQuestions(runId, dayAgo));
  return await compareAll(level, questions[0]!, questions[1] ?? null, ours, theirs, () => probe.read(ours.pid), options);
}

async function withAssets(options: GraphqlOptions): Promise<readonly Measurement[]> {
  await using probe = makeProbe();
  const env = { LAYERED_ASSETS: String(options.assets) };
  await using ours = await startOurs("layered-assets.ts", { ...env, ...probe.env });
  await using theirs = options.alone ? null : await startTheirs("layered_assets.py", env);
  const keys = Array.from({ length: Math.min(100, options.assets) }, (_, at) => {
    const index = Math.floor((at * options.assets) / 100);
    return [`layer_${Math.floor(index / 100)}`, `asset_${index}`];
  });
  const questions = assetQuestions(keys);
  const level = `${short(options.assets)} assets`;
  const oursAlone = [...questions, manifestQuestion];
  return await compareAll(level, oursAlone, questions, ours, theirs, () => probe.read(ours.pid), options);
}

async function compareAll(
  level: string,
  ourQuestions: readonly Question[],
  theirQuestions: readonly Question[] | null,
  ours: Side,
  theirs: Side | null,
  probe: () => Promise<{ readonly heldMs: number }>,
  options: GraphqlOptions,
): Promise<readonly Measurement[]> {
  const rows: ComparedQuestion[] = [];
  const held: string[] = [];
  const failures: string[] = [];
  for (const [index, question] of ourQuestions.entries()) {
    if (options.only.length > 0 && !options.only.some((part) => question.name.includes(part))) continue;
    progress(`${level}: ${question.name}`);
    try {
      await probe();
      const figures = await measure(ours, question, options);
      const { heldMs } = await probe();
      held.push(`${question.name} ${short(heldMs)}`);
      const other = theirQuestions?.[index];
      const isCompared = theirs !== null && other !== undefined;
      rows.push({ name: question.name, ours: figures, theirs: isCompared ? await measure(theirs, other, options) : null });
    } catch (error) {
      // The others' figures are still worth having.
      failures.push(String(error));
    }
  }
  process.stdout.write(
    `\n${level}\n\n${renderComparison(rows)}\n\nLongest that the event loop was held, in ms of processor time: ${held.join("; ")}\n`,
  );
  if (failures.length > 0) throw new Error(failures.join("\n"));
  return rows.map(({ name, ours: mine, theirs: other }): Measurement => {
    const ratio = other === null ? null : mine.one.perSecond / other.one.perSecond;
    return {
      name: `graphql/${level}: ${name}`,
      unit: "requests/s",
      samples: [mine.one.perSecond],
      ...(other !== null && {
        ratios: { Dagster: ratio! },
        target: { atLeast: other.one.perSecond * (other.cpuMs > 4 ? 10 : 4) },
      }),
    };
  });
}

/** Many requests of every kind, and what the webserver's memory is after each part of them. */
async function memory(options: GraphqlOptions): Promise<readonly Measurement[]> {
  await using probe = makeProbe();
  await using ours = await startOurs("history.ts", probe.env);
  const seed = await launchAndWait(ours.url, "project", "nightly");
  await multiplyOurs(ours.connectionString, seed.runId, small);
  const questions = historyQuestions(await middleRun(ours.url), Math.floor(Date.now() / 1000) - 5 * 86_400);
  const readings: string[] = [];
  const heaps: number[] = [];
  let sent = 0;
  for (const share of [0.02, 0.1, 0.25, 0.5, 0.75, 1]) {
    while (sent < options.requests * share) {
      for (const question of questions) {
        const { samples } = await drive(ours.url, question, { clients: 8, seconds: 0, atLeast: 50 });
        sent += samples.length;
      }
    }
    const { heapMb, rssMb } = await probe.read(ours.pid);
    heaps.push(heapMb);
    readings.push(`| ${short(sent)} | ${heapMb.toFixed(1)} | ${rssMb.toFixed(0)} |`);
    progress(`memory: ${short(sent)} requests, heap ${heapMb.toFixed(1)} MB, resident ${rssMb.toFixed(0)} MB`);
  }
  process.stdout.write(
    `\n| requests | heap after collection, MB | resident, MB |\n| ---: | ---: | ---: |\n${readings.join("\n")}\n`,
  );
  return [{ name: "graphql/memory: heap after collection", unit: "MB", samples: heaps }];
}

/** Many launches of runs that end at once, and what the webserver's memory is after each part of them. */
async function launches({ requests }: GraphqlOptions): Promise<readonly Measurement[]> {
  await using probe = makeProbe();
  let connectionString = "";
  await using stack = await startStack({
    definitions: project("soak.ts"),
    instanceFile: `${direct}run_launcher:\n  module: ${project("no-op-launcher.ts")}\n  class: NoOpLauncher\n`,
    daemons: 0,
    through: (address) => (connectionString = address),
    envOf: (program) => ({ SOAK_DATABASE: connectionString, ...(program === "webserver" && probe.env) }),
  });
  const heaps: number[] = [];
  let launched = 0;
  for (const share of [0.1, 0.25, 0.5, 0.75, 1]) {
    while (launched < requests * share) {
      await Promise.all(Array.from({ length: 8 }, () => stack.launch("three_ops")));
      launched += 8;
    }
    const { heapMb, rssMb } = await probe.read(stack.webserver.pid);
    heaps.push(heapMb);
    progress(`launches: ${short(launched)}, heap ${heapMb.toFixed(1)} MB, resident ${rssMb.toFixed(0)} MB`);
  }
  return [{ name: "graphql/launches: heap after collection", unit: "MB", samples: heaps }];
}

interface OurSide extends Side, AsyncDisposable {
  readonly connectionString: string;
}

async function startOurs(file: string, env: Readonly<Record<string, string>>): Promise<OurSide> {
  const stack = await startStack({
    definitions: project(file),
    instanceFile: direct,
    daemons: 0,
    envOf: (program) =>
      program === "webserver" || env["LAYERED_ASSETS"] === undefined ? env : { LAYERED_ASSETS: env["LAYERED_ASSETS"] },
  });
  const connectionString = stack.connectionString!;
  return {
    url: stack.url(),
    pid: stack.webserver.pid,
    database: new URL(connectionString).pathname.slice(1),
    connectionString,
    warmUp: 300,
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}

async function startTheirs(file: string, env: NodeJS.ProcessEnv) {
  await using starting = new AsyncDisposableStack();
  const { connectionString } = starting.use(await createTestDatabase({ isEmpty: true }));
  const peer = starting.use(await startPeer(project(file), connectionString, env));
  const { url, pid } = peer;
  const database = new URL(connectionString).pathname.slice(1);
  const started = starting.move();
  return { url, pid, database, connectionString, peer, warmUp: 5, [Symbol.asyncDispose]: () => started.disposeAsync() };
}

/** A run with a whole log, somewhere behind the newest. */
async function middleRun(url: string): Promise<string> {
  const { runsOrError } = await query<{ runsOrError: { results: { id: string }[] } }>(
    url,
    `{ runsOrError(limit: 60) { ... on Runs { results { id } } } }`,
  );
  return runsOrError.results.at(-1)!.id;
}

const progress = (text: string): void => void process.stderr.write(`  ${text}\n`);
