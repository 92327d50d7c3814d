import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { writeProject } from "../stack/written-project.ts";
import { runCommand } from "./command.ts";

const project = `
import { asset, configured, defineAssetJob, definitions, job, op, resource, secret } from "dagwright";
import { z } from "zod";

const store = resource("store", { config: z.object({ url: z.url(), token: secret(z.string()), retries: z.int().default(3) }) }, () => null);
const load = op(
  "load",
  {
    config: z.object({
      day: z.iso.date(),
      limit: z.int().default(100),
      mode: z.enum(["full", "part"]),
      from: z.discriminatedUnion("kind", [z.object({ kind: z.literal("file"), path: z.string() }), z.object({ kind: z.literal("none") })]),
      note: z.string().nullable().optional(),
    }),
    resources: { store },
  },
  () => null,
);
const plain = op("plain", () => null);
const nightly = job("nightly", () => { load(); plain(); });
const extract = op("extract", { out: z.string(), config: z.object({ table: z.string() }) }, () => "");
const send = op("send", { ins: { token: secret(z.string()), rows: z.array(z.string()) } }, () => null);
const report = job("report", () => { send({ token: extract.alias("read_token")(), rows: [extract.alias("read_rows")()] as never }); });
const orders = asset("orders", { out: z.number(), config: z.object({ since: z.iso.date() }) }, () => 1);
const revenue = asset("revenue", { ins: { orders }, config: z.object({ currency: z.string() }) }, () => 2);
export default definitions({ jobs: [nightly, report, defineAssetJob("books", { selection: [orders, revenue] })], assets: [orders, revenue], resources: [store] });
`;

test("job scaffold-config prints run config to fill in, whole or what has to be given", async () => {
  const file = await writeProject(project);
  const home = await mkdtemp(join(tmpdir(), "dagwright-scaffold-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const run = (...args: readonly string[]) =>
    runCommand(["job", "scaffold-config", "nightly", ...args], { cwd: dirname(file), env: { DAGWRIGHT_HOME: home } });

  const whole = await run("-f", file);
  expect(whole.exitCode, whole.stderr).toBe(0);
  expect(whole.stdout).toBe(`ops:
  load:
    config:
      day: ""
      limit: 100
      mode: full
      from:
        file:
          path: ""
      note: null
resources:
  store:
    config:
      url: ""
      token:
        env: ""
      retries: 3
`);
  const required = await run("-f", file, "--print-only-required", "--json");
  expect(JSON.parse(required.stdout)).toEqual({
    ops: { load: { config: { day: "", mode: "full", from: { file: { path: "" } } } } },
    resources: { store: { config: { url: "", token: { env: "" } } } },
  });
  expect((await run("-f", file, "--location", "nowhere")).exitCode).not.toBe(0);
});

test("job scaffold-config prints what a run of some ops or assets takes, and says what it cannot select", async () => {
  const file = await writeProject(project);
  const home = await mkdtemp(join(tmpdir(), "dagwright-scaffold-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const run = (job: string, ...args: readonly string[]) =>
    runCommand(["job", "scaffold-config", job, "-f", file, "--json", "--print-only-required", ...args], {
      cwd: dirname(file),
      env: { DAGWRIGHT_HOME: home },
    });
  const config = async (job: string, ...args: readonly string[]): Promise<unknown> => {
    const { exitCode, stdout, stderr } = await run(job, ...args);
    expect(exitCode, stderr).toBe(0);
    return JSON.parse(stdout);
  };

  // Secret, so it is a reference to name.
  expect(await config("report", "--op-selection", "send")).toEqual({
    ops: { send: { inputs: { token: { env: "" }, rows: "" } } },
  });
  expect(await config("report", "--op-selection", "read_token,read_rows")).toEqual({
    ops: { read_token: { config: { table: "" } }, read_rows: { config: { table: "" } } },
  });
  expect(await config("nightly", "--op-selection", "plain")).toEqual({});
  expect(await config("books", "--select", "revenue")).toEqual({ ops: { revenue: { config: { currency: "" } } } });
  expect(await config("books", "--select", "+revenue")).toEqual({
    ops: { orders: { config: { since: "" } }, revenue: { config: { currency: "" } } },
  });

  expect((await run("report", "--op-selection", "sned")).stderr).toContain("--op-selection: ");
  expect((await run("report", "--select", "orders")).stderr).toContain('job "report" makes no assets');
  expect((await run("books", "--select", "ordres")).stderr).toContain("Did you mean orders?");
});
