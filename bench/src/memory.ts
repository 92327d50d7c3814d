import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type BenchWorld, jobsFile } from "./bench-world.ts";
import type { Measurement } from "./measuring/measurement.ts";
import { processTree, proportionalMemory, residentMemory, runWorkersOf, untilWarm } from "./measuring/processes.ts";
import { repeat } from "./measuring/samples.ts";

const idleSeconds = 20;
const cli = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));

/** Memory of a run worker while it executes; memory and processor time of `dagwright dev` with nothing to do. */
export async function benchMemory(world: BenchWorld): Promise<readonly Measurement[]> {
  return [...(await runWorker(world)), ...(await idle())];
}

async function runWorker(world: BenchWorld): Promise<readonly Measurement[]> {
  const { stack } = await world.stack("direct");
  const front = stack.codeLocation.pid;
  const peaks: number[] = [];
  const samples = await repeat(5, async () => {
    await untilWarm(front, 1);
    const id = await stack.launch("waiting");
    await stack.untilEntry(id, "a step", ({ type }) => type === "STEP_START");
    const { worker } = (await stack.storage.runs.get(id)) as { worker?: { pid?: number } | null };
    // The one that has the run has computed more than those that wait.
    const pid = worker?.pid ?? runWorkersOf(front).toSorted((a, b) => b.cpuMs - a.cpuMs)[0]?.pid;
    if (pid === undefined) throw new Error(`Run ${id} has no worker`);
    const { nowMb, peakMb } = residentMemory(pid);
    peaks.push(peakMb);
    await stack.untilEnd(id);
    return nowMb;
  });
  return [
    { name: "memory/run worker, RSS in a step", unit: "MB", samples, target: { atMost: 120 } },
    { name: "memory/run worker, most ever", unit: "MB", samples: peaks, note: "while it imports, before it gives memory back" },
  ];
}

async function idle(): Promise<readonly Measurement[]> {
  await using dev = await startDev();
  const roots = [dev.pid, await dev.postgresPid()];
  const front = processTree([dev.pid]).find(({ title }) => /code-location|code location/.test(title));
  if (front === undefined) throw new Error("dagwright dev has no code location");
  await dev.launch("six_ops");
  await untilWarm(front.pid, 2);
  // Heaps shrink and connections settle after a run.
  await delay(15_000);
  const cpuMs = (): number => processTree(roots).reduce((sum, process) => sum + process.cpuMs, 0);
  const before = cpuMs();
  await delay(idleSeconds * 1_000);
  const percent = (cpuMs() - before) / (idleSeconds * 10);
  const parts = processTree(roots).map(({ pid, title }) => ({ title, mb: proportionalMemory(pid) }));
  const total = parts.reduce((sum, { mb }) => sum + mb, 0);
  const isPostgres = (title: string): boolean => /postgres/.test(title);
  const group = (name: string, matches: (title: string) => boolean): Measurement => ({
    name: `memory/  of these ${name}`,
    unit: "MB",
    samples: [parts.filter(({ title }) => matches(title)).reduce((sum, { mb }) => sum + mb, 0)],
  });
  return [
    {
      name: `memory/everything idle, PSS`,
      unit: "MB",
      samples: [total],
      target: { atMost: 350 },
      note: `${parts.length} processes: ${parts.map(({ title, mb }) => `${Math.round(mb)} ${title.slice(0, 60)}`).join("; ")}`,
    },
    group("Postgres", isPostgres),
    group("two run workers", (title) => title === "dagwright run worker"),
    { name: "memory/everything idle, CPU", unit: "% of a core", samples: [percent], target: { atMost: 1 } },
  ];
}

interface Dev extends AsyncDisposable {
  readonly pid: number;
  postgresPid(): Promise<number>;
  launch(job: string): Promise<void>;
}

async function startDev(): Promise<Dev> {
  await using starting = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), "dagwright-bench-"));
  await chmod(home, 0o755);
  starting.defer(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  const env = { ...process.env, NODE_OPTIONS: undefined, DAGSTER_HOME: undefined, POSTGRES_URL: undefined, DAGWRIGHT_HOME: home };
  const options = { cwd: dirname(jobsFile), env };
  const child = spawn(process.execPath, [cli, "dev", "-f", jobsFile, "-p", "0", "--log-format", "plain"], {
    ...options,
    stdio: ["ignore", "pipe", "pipe"],
  });
  starting.defer(async () => {
    if (child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGINT");
    await ended;
  });
  await untilUp(child);
  const pid = child.pid ?? 0;
  const stack = starting.move();
  return {
    pid,
    async postgresPid() {
      const file = processTree([1]).find(({ title }) => title.includes("postgres") && title.includes(home));
      if (file !== undefined) return file.pid;
      return Number((await readFile(join(home, "postgres/data/postmaster.pid"), "utf8")).split("\n")[0]);
    },
    async launch(job) {
      const launching = spawn(process.execPath, [cli, "job", "launch", job], {
        ...options,
        stdio: ["ignore", "ignore", "inherit"],
      });
      const [code] = (await once(launching, "exit")) as [number | null];
      if (code !== 0) throw new Error(`dagwright job launch ended with ${code}`);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function untilUp(child: ChildProcess): Promise<void> {
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    for (const input of [child.stdout, child.stderr]) {
      if (input === null) continue;
      createInterface({ input }).on("line", (line) => {
        lines.push(line);
        if (line.includes("Everything is up")) resolve();
      });
    }
    child.once("exit", () => reject(new Error(`dagwright dev ended:\n${lines.join("\n")}`)));
  });
}
