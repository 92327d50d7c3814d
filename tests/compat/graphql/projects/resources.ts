import { inProcessExecutor, job, op, resource } from "dagwright";
import { z } from "zod";

const warehouse = resource(
  "warehouse",
  { config: z.object({ url: z.string(), retries: z.int().default(3) }), description: "Where rows go" },
  ({ config }) => config.url,
);

const write = op(
  "write",
  {
    resources: { warehouse },
    config: z.object({
      table: z.string().describe("Into which table"),
      limit: z.int().default(10),
      share: z.number().optional(),
      dry: z.boolean().default(false),
      columns: z.array(z.string()).default(["id"]),
      mode: z.enum(["append", "replace"]).default("append").meta({ title: "Mode" }),
      options: z.record(z.string(), z.int()).optional(),
      target: z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("file"), path: z.string() }),
        z.object({ kind: z.literal("http"), host: z.string() }),
      ]),
    }),
    out: z.string(),
  },
  (_, { op: { config } }) => config.table,
);

export const resources = [warehouse];
export const jobs = [
  job("configured", { executor: inProcessExecutor }, () => {
    write();
  }),
];
