import { fileURLToPath } from "node:url";
import { toMetadataValue } from "@dagwright/model";
import { expect, test } from "vitest";
import { asset } from "./asset.ts";
import { linkCodeReferencesToGit, withCodeReferences } from "./code-references.ts";
import { definitions } from "./definitions.ts";
import { buildRepository } from "./build-repository.ts";
import { job } from "./job.ts";
import { toLocationSnapshot } from "./location-snapshot.ts";
import { columnSchemaOf, metadata, metadataKeys } from "./metadata.ts";

const orders = asset("shop/orders", () => [1, 2]);

test.each([
  ["text", metadata.text("a"), { type: "text", text: "a" }],
  ["md", metadata.md("*a*"), { type: "md", md: "*a*" }],
  ["url", metadata.url("http://localhost"), { type: "url", url: "http://localhost" }],
  ["path", metadata.path("/a"), { type: "path", path: "/a" }],
  ["notebook", metadata.notebook("/a.ipynb"), { type: "notebook", path: "/a.ipynb" }],
  ["json", metadata.json([1, null]), { type: "json", json: [1, null] }],
  ["float", metadata.float(2), { type: "float", float: 2 }],
  ["a float that JSON cannot carry", metadata.float(-Infinity), { type: "text", text: "-Infinity" }],
  ["int", metadata.int(2n ** 64n), { type: "int", int: "18446744073709551616" }],
  ["bool", metadata.bool(false), { type: "bool", bool: false }],
  ["timestamp of a date", metadata.timestamp(new Date(1500)), { type: "timestamp", epochSeconds: 1.5 }],
  ["timestamp of seconds", metadata.timestamp(1.5), { type: "timestamp", epochSeconds: 1.5 }],
  ["null", metadata.null(), { type: "null" }],
  ["asset by definition", metadata.asset(orders), { type: "asset", assetKey: ["shop", "orders"] }],
  ["asset by key", metadata.asset("shop/orders"), { type: "asset", assetKey: ["shop", "orders"] }],
  ["run", metadata.run("r"), { type: "run", runId: "r" }],
  [
    "job by definition",
    metadata.job(
      job("nightly", () => {}),
      "shop",
    ),
    { type: "job", jobName: "nightly", location: "shop" },
  ],
  ["pool", metadata.pool("db"), { type: "pool", pool: "db" }],
  ["artifact", metadata.artifact("./report.ts", "report"), { type: "artifact", module: "./report.ts", name: "report" }],
  [
    "code references",
    metadata.codeReferences({ file: "/a.ts", line: 3 }, { url: "http://localhost", label: "b" }),
    {
      type: "codeReferences",
      references: [
        { kind: "file", path: "/a.ts", line: 3, label: null },
        { kind: "url", url: "http://localhost", label: "b" },
      ],
    },
  ],
  [
    "column lineage",
    metadata.columnLineage({ total: [{ asset: orders, column: "cents" }] }),
    { type: "columnLineage", columns: { total: [{ assetKey: ["shop", "orders"], column: "cents" }] } },
  ],
] as const)("%s is typed, and stays as it is where metadata is taken", (_, value, expected) => {
  expect(value).toEqual(expected);
  expect(toMetadataValue(value)).toBe(value);
});

const column = (name: string, type = "string") => ({
  name,
  type,
  description: null,
  constraints: { nullable: true, unique: false, other: [] },
  tags: {},
});

test("a table's schema is told, or taken from its first record", () => {
  const records = [{ day: "2026-01-01", cents: 3, ratio: 0.5, paid: true, note: null }];
  expect(metadata.table(records)).toEqual({
    type: "table",
    records,
    schema: {
      columns: [column("day"), column("cents", "int"), column("ratio", "float"), column("paid", "bool"), column("note")],
      constraints: [],
    },
  });
  const told = metadata.table([], {
    columns: [
      "a",
      { name: "b", type: "bigint", description: "B", constraints: { unique: true, other: ["> 0"] }, tags: { pii: "no" } },
    ],
    constraints: ["sorted by a"],
  });
  expect(told.schema).toEqual({
    columns: [
      column("a"),
      {
        name: "b",
        type: "bigint",
        description: "B",
        constraints: { nullable: true, unique: true, other: ["> 0"] },
        tags: { pii: "no" },
      },
    ],
    constraints: ["sorted by a"],
  });
  expect(columnSchemaOf({ [metadataKeys.columnSchema]: metadata.tableSchema({ columns: ["a"] }) })?.columns).toEqual([
    column("a"),
  ]);
  expect(columnSchemaOf({ [metadataKeys.columnSchema]: metadata.text("a") })).toBeNull();
});

test.each([
  ["a fraction as int", () => metadata.int(0.5), "metadata.int: 0.5 is not a whole number"],
  ["a table of nothing", () => metadata.table([]), "neither records nor a schema"],
  ["a column twice", () => metadata.tableSchema({ columns: ["a", "a"] }), 'the column "a" twice'],
])("%s is refused", (_, make, problem) => {
  expect(make).toThrow(problem);
});

test("assets carry the place of their definition, as a file or as a link, and are called as before", () => {
  const linked = asset(
    "linked",
    { ins: { orders }, metadata: { [metadataKeys.codeReferences]: metadata.codeReferences({ url: "http://localhost/docs" }) } },
    ({ orders }) => orders.length,
  );
  const file = fileURLToPath(import.meta.url);
  const [plain, own] = withCodeReferences([orders, linked]);
  expect(plain?.metadata[metadataKeys.codeReferences]).toEqual({
    type: "codeReferences",
    references: [{ kind: "file", path: file, line: 12, label: null }],
  });
  expect(own?.metadata[metadataKeys.codeReferences]).toMatchObject({
    references: [{ kind: "url" }, { kind: "file", path: file, line: expect.any(Number) as number }],
  });
  expect((own as typeof linked)({ orders: [1, 2, 3] })).toBe(3);

  const link = (url: string, root: string) =>
    linkCodeReferencesToGit([plain!], { url, branch: "main", root })[0]?.metadata[metadataKeys.codeReferences];
  const root = fileURLToPath(new URL("..", import.meta.url));
  expect(link("https://github.com/example/shop/", root)).toEqual({
    type: "codeReferences",
    references: [
      { kind: "url", url: "https://github.com/example/shop/blob/main/src/metadata.test.ts#L12", label: "src/metadata.test.ts" },
    ],
  });
  expect(link("https://gitlab.com/example/shop", root)).toMatchObject({
    references: [{ url: "https://gitlab.com/example/shop/-/blob/main/src/metadata.test.ts#L12" }],
  });
  expect(link("https://github.com/example/shop", "/elsewhere")).toMatchObject({ references: [{ kind: "file" }] });

  const { assets } = toLocationSnapshot(buildRepository(definitions({ assets: withCodeReferences([orders, linked]) })));
  expect(assets.map(({ metadata: shown }) => shown[metadataKeys.codeReferences]?.type)).toEqual([
    "codeReferences",
    "codeReferences",
  ]);
});
