import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { writeProject } from "../stack/written-project.ts";
import { runCommand } from "./command.ts";

const project = `
import { configured, definitions, job, op, resource, secret } from "dagwright";
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
export default definitions({ jobs: [nightly], resources: [store] });
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
