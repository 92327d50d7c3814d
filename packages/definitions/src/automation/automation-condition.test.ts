import { expect, expectTypeOf, test } from "vitest";
import { AssetSelection } from "../asset-selection.ts";
import { AutomationCondition } from "./automation-condition.ts";

const AC = AutomationCondition;

test("an unlabelled chain is one node, a labelled one is kept", () => {
  const chain = AC.missing().and(AC.newlyUpdated()).and(AC.executionFailed());
  expect(chain.expression).toMatchObject({ kind: "and", operands: [{ kind: "missing" }, { kind: "newlyUpdated" }, {}] });
  expect(AC.eager().and(AC.missing()).expression).toMatchObject({ operands: [{ label: "eager" }, { kind: "missing" }] });
});

test("parts are replaced wherever they stand, by label, name or tree", () => {
  const eager = AC.eager().replace("newly_missing", AC.initialEvaluation());
  expect(JSON.stringify(eager.expression)).not.toContain("newly_missing");
  const quiet = AC.eager().replace(AC.anyDepsInProgress(), AC.missing());
  expect(JSON.stringify(quiet.expression)).not.toContain("any_deps_in_progress");
});

test("selections narrow every operator over dependencies, one after the other", () => {
  const raw = AssetSelection.groups("raw");
  const narrowed = AC.anyDepsMatch(AC.missing()).not().allow(raw).allow(AssetSelection.keys("a")).ignore(raw);
  expect(narrowed.expression).toEqual({
    kind: "not",
    operand: {
      kind: "anyDepsMatch",
      operand: { kind: "missing" },
      allow: "(key:a) or (group:raw)",
      ignore: "group:raw",
    },
  });
});

test("functions of one's own are found from any tree that they are part of", () => {
  const isHoliday = AC.custom("is_holiday", () => false, { description: "Nobody works" });
  const tree = AC.eager()
    .and(AC.anyDepsMatch(isHoliday.or(AC.missing())).not())
    .sinceLastHandled();
  expect(tree.customConditions.map(({ name }) => name)).toEqual(["is_holiday"]);
  expect(JSON.stringify(tree.expression)).toContain("Nobody works");
});

test("what is asked of checks is refused for assets by its type, and the other way round", () => {
  expectTypeOf(AC.checkFailed()).not.toExtend<AutomationCondition>();
  expectTypeOf(AC.codeVersionChanged()).not.toExtend<AutomationCondition<"check">>();
  expectTypeOf(AC.missing()).toExtend<AutomationCondition>();
  expectTypeOf(AC.missing().and(AC.checkFailed())).toExtend<AutomationCondition<"check">>();
  expectTypeOf(AC.codeVersionChanged().or(AC.missing())).toExtend<AutomationCondition>();
  // @ts-expect-error a check has no code version
  AC.anyChecksMatch(AC.codeVersionChanged());
});

test("cron lines and names that cannot be are refused where they are written", () => {
  expect(() => AC.cronTickPassed("61 * * * *")).toThrow(/AutomationCondition\.cronTickPassed.*cannot be read/);
  expect(() => AC.inLatestTimeWindow({ lookbackSeconds: 0 })).toThrow("must be more than 0");
  expect(() => AC.custom("not a name", () => true)).toThrow("automation condition");
});
