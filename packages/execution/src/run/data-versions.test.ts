import { createHash } from "node:crypto";
import { asset, externalAsset, InMemoryInstance } from "@dagwright/definitions";
import { dataVersionTags, provenanceOf, type Tags } from "@dagwright/model";
import { expect, test } from "vitest";
import { materialize } from "../index.ts";

const raw = asset("raw", { codeVersion: "1" }, () => 1);
const daily = asset("shop/daily", { codeVersion: "2", ins: { raw } }, () => 2);
const report = asset("report", { ins: { daily }, deps: [externalAsset("elsewhere")] }, () => 3);

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const tagsOf = (result: Awaited<ReturnType<typeof materialize>>): Readonly<Record<string, Tags>> =>
  Object.fromEntries(result.eventsOf("ASSET_MATERIALIZATION").map(({ assetKey, tags }) => [assetKey.join("/"), tags]));

test("a version is made of the code's version and the inputs' versions, and is the same when they are", async () => {
  const first = tagsOf(await materialize([raw, daily, report]));
  expect(first["raw"]).toEqual({ [dataVersionTags.codeVersion]: "1", [dataVersionTags.dataVersion]: sha256("1") });
  expect(first["shop/daily"]).toEqual({
    [dataVersionTags.codeVersion]: "2",
    "dagster/input_data_version/raw": sha256("1"),
    "dagster/input_event_pointer/raw": "NULL",
    [dataVersionTags.dataVersion]: sha256(`2${sha256("1")}`),
  });
  const second = tagsOf(await materialize([raw, daily]));
  expect(second["shop/daily"]).toEqual(first["shop/daily"]);
});

test("code without a version is new in each run", async () => {
  const result = await materialize([report], { assetValues: { "shop/daily": 2, elsewhere: 0 } });
  const tags = tagsOf(result)["report"]!;
  expect(tags[dataVersionTags.codeVersion]).toBe(result.runId);
  expect(provenanceOf(tags)?.inputs).toEqual(
    new Map([
      ["shop/daily", { dataVersion: "INITIAL", eventId: null }],
      ["elsewhere", { dataVersion: "INITIAL", eventId: null }],
    ]),
  );
});

test("what the run reads and does not make has the version that the instance knows", async () => {
  const instance = new InMemoryInstance();
  await materialize([raw], { instance });
  const [recorded] = instance.eventsOfAsset(["raw"]);
  const { "shop/daily": tags } = tagsOf(await materialize([daily], { instance, assetValues: { raw: 1 } }));
  expect(provenanceOf(tags!)?.inputs.get("raw")).toEqual({ dataVersion: sha256("1"), eventId: recorded!.id });
});
