import { systemTags } from "@dagwright/model";
import { expect, test } from "vitest";
import { planRetry } from "./plan-retry.ts";

const enabled = { enabled: true, maxRetries: 2, retryOnAssetOrOpFailure: true };
const failed = { tags: {}, reason: "WORKER_LOST" as const, groupSize: 1 };

test("a run is retried as often as the instance says, those that people launched counted in", () => {
  expect(planRetry(failed, enabled)).toEqual({ retries: true, strategy: "FROM_FAILURE", retryNumber: 1, warning: null });
  expect(planRetry({ ...failed, groupSize: 2 }, enabled)).toMatchObject({ retries: true, retryNumber: 2 });
  expect(planRetry({ ...failed, groupSize: 3 }, enabled)).toEqual({ retries: false, message: null });
  expect(planRetry(failed, { ...enabled, maxRetries: 0 })).toEqual({ retries: false, message: null });
});

test("its tags go before the instance", () => {
  const tags = { [systemTags.maxRetries]: "5", [systemTags.retryStrategy]: "ALL_STEPS" };
  expect(planRetry({ ...failed, tags, groupSize: 5 }, enabled)).toMatchObject({ strategy: "ALL_STEPS", retryNumber: 5 });
  expect(planRetry({ ...failed, tags: { [systemTags.maxRetries]: "0" } }, enabled)).toMatchObject({ retries: false });
});

test("tags that cannot be read are told", () => {
  expect(planRetry({ ...failed, tags: { [systemTags.maxRetries]: "many" } }, enabled)).toEqual({
    retries: false,
    message: "Not retrying the run: its tag dagster/max_retries is no whole number: many",
  });
  expect(planRetry({ ...failed, tags: { [systemTags.retryStrategy]: "SOME" } }, enabled)).toMatchObject({
    strategy: "FROM_FAILURE",
    warning:
      "The tag dagster/retry_strategy is SOME, which is none of ALL_STEPS, FROM_FAILURE, FROM_ASSET_FAILURE; FROM_FAILURE is taken",
  });
});

test("the failure of a step is no reason where the instance, or the run, says so", () => {
  const ofStep = { ...failed, reason: "STEP_FAILURE" as const };
  const only = { ...enabled, retryOnAssetOrOpFailure: false };
  expect(planRetry(ofStep, enabled)).toMatchObject({ retries: true });
  expect(planRetry(ofStep, only)).toEqual({
    retries: false,
    message: "Not retrying the run: an asset or op failed, and retry_on_asset_or_op_failure is false",
  });
  expect(planRetry(failed, only)).toMatchObject({ retries: true });
  const tag = (value: string) => ({ ...ofStep, tags: { [systemTags.retryOnAssetOrOpFailure]: value } });
  expect(planRetry(tag("true"), only)).toMatchObject({ retries: true });
  expect(planRetry(tag("False"), enabled)).toMatchObject({ retries: false });
});

test("an instance without retries retries nothing, whatever the tags say", () => {
  expect(planRetry({ ...failed, tags: { [systemTags.maxRetries]: "5" } }, { ...enabled, enabled: false })).toEqual({
    retries: false,
    message: null,
  });
});
