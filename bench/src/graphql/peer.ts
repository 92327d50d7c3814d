import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { freePort } from "@dagwright/tests/free-port";
import { until } from "@dagwright/tests/graphql";

/** Real Dagster, its webserver on a database of this benchmark's Postgres. */
export interface Peer extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** Makes ticks of every schedule; called once, after the webserver has made its tables. */
  seedTicks(): Promise<void>;
}

const run = promisify(execFile);
const seedProgram = fileURLToPath(new URL("../projects/seed_ticks.py", import.meta.url));

/** Where Dagster, its webserver and its Postgres storage are installed. */
export function peerPython(): string {
  const python = process.env["DAGSTER_PYTHON"] ?? join(homedir(), ".cache/peer-dagster/venv/bin/python");
  if (!existsSync(python))
    throw new Error("Name a Python that has dagster, dagster-webserver and dagster-postgres: DAGSTER_PYTHON=…/bin/python");
  return python;
}

export async function startPeer(definitions: string, connectionString: string, env: NodeJS.ProcessEnv = {}): Promise<Peer> {
  const python = peerPython();
  const home = await mkdtemp(join(tmpdir(), "dagwright-bench-peer-"));
  const workspace = join(home, "workspace.yaml");
  await writeFile(
    join(home, "dagster.yaml"),
    `telemetry: {enabled: false}
storage: {postgres: {postgres_url: ${JSON.stringify(connectionString.replace(/^postgres(ql)?:/, "postgresql+psycopg2:"))}}}
run_coordinator: {module: dagster._core.run_coordinator, class: DefaultRunCoordinator}
`,
  );
  await writeFile(workspace, `load_from:\n  - python_file: {relative_path: ${definitions}, location_name: project}\n`);
  const port = await freePort();
  const surroundings = { ...process.env, ...env, NODE_OPTIONS: undefined, DAGSTER_HOME: home };
  const child = spawn(join(dirname(python), "dagster-webserver"), ["-w", workspace, "-h", "127.0.0.1", "-p", String(port)], {
    env: surroundings,
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  let said = "";
  child.stderr.on("data", (text: Buffer) => (said = (said + text.toString()).slice(-4_000)));
  const url = `http://127.0.0.1:${port}`;
  const peer: Peer = {
    url,
    pid: child.pid!,
    async seedTicks() {
      await run(python, [seedProgram, workspace], { env: surroundings });
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) {
        const ended = once(child, "exit");
        process.kill(-child.pid!, "SIGTERM");
        const timer = setTimeout(() => process.kill(-child.pid!, "SIGKILL"), 5_000);
        await ended;
        clearTimeout(timer);
      }
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  try {
    await until(
      "Dagster's webserver answers",
      async () => {
        if (child.exitCode !== null) throw new Error(`It ended: ${said}`);
        return (await fetch(`${url}/server_info`).catch(() => null))?.ok === true ? true : undefined;
      },
      300_000,
    );
  } catch (error) {
    await peer[Symbol.asyncDispose]();
    throw error;
  }
  return peer;
}
