import { execFile } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWithEngine } from "../engines.ts";
import { launchAndWait, until } from "../graphql.ts";

const execute = promisify(execFile);
const root = join(import.meta.dirname, "../..");

describeWithEngine("docker", "docker compose up", ({ DOCKER_HOST }) => {
  let url: string;
  let compose: (...args: string[]) => Promise<string>;

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const env = {
      ...process.env,
      DOCKER_HOST,
      DAGWRIGHT_PORT: String(port),
      COMPOSE_PROJECT_NAME: `dagwright-test-${process.pid}`,
    };
    compose = async (...args) => {
      try {
        return (await execute("docker", ["compose", ...args], { cwd: root, env, maxBuffer: 64 << 20 })).stdout;
      } catch (error) {
        const { stdout, stderr } = error as { stdout?: string; stderr?: string };
        const logs = await execute("docker", ["compose", "logs", "--no-color", "--tail=40"], { cwd: root, env }).catch(
          () => null,
        );
        throw new Error(`docker compose ${args.join(" ")} failed\n${stdout}${stderr}${logs?.stdout ?? ""}`, { cause: error });
      }
    };
    await compose("build");
    await compose("up", "--detach");
  }, 600_000);

  afterAll(async () => {
    await compose("down", "--volumes", "--timeout=20");
  });

  test("a job that is launched at the webserver succeeds in the code location's container", async () => {
    const run = await launchAndWait(url, "numbers", "process_numbers");
    expect(run.status, JSON.stringify(run.events, null, 1)).toBe("SUCCESS");
    const succeeded = run.events
      .filter(({ __typename }) => __typename === "ExecutionStepSuccessEvent")
      .map(({ stepKey }) => stepKey);
    expect(succeeded.toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual([
      "filter_even_numbers",
      "filter_odd_numbers",
      "generate_numbers",
      "sum_even_numbers",
      "sum_odd_numbers",
      "sum_two_sums",
    ]);
  });

  test("every service is healthy and runs as a user without rights", async () => {
    const services = ["webserver", "daemon", "numbers"];
    await until("every service is healthy", async () => {
      const containers = (await compose("ps", "--format=json"))
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Container);
      const healthy = containers.filter(({ Health }) => Health === "healthy").map(({ Service }) => Service);
      return services.every((service) => healthy.includes(service)) || undefined;
    });
    for (const service of services) expect((await compose("exec", "-T", service, "id", "-u")).trim(), service).toBe("1000");
  });

  test("the daemon and the code location stop in order when asked", async () => {
    await compose("stop", "--timeout=20");
    const containers = (await compose("ps", "--all", "--format=json"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Container);
    for (const { Service, ExitCode } of containers) expect([Service, ExitCode]).toEqual([Service, 0]);
  });
});

interface Container {
  readonly Service: string;
  readonly Health: string;
  readonly ExitCode: number;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
