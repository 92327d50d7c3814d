import { expect, test } from "vitest";
import { countLine, countTests, type VitestReport } from "./count-tests.ts";

const report = (part: Partial<VitestReport>): VitestReport => ({
  numPassedTests: 2,
  numFailedTests: 0,
  testResults: [],
  ...part,
});
const file = (status: "passed" | "failed", ...tests: VitestReport["testResults"][number]["assertionResults"]) => ({
  status,
  assertionResults: tests,
});

test("a run in which all pass says so", () => {
  expect(countLine(countTests(report({ numPassedTests: 412 }), true))).toBe("412 passed, 0 failed");
});

test("a skipped test is counted with its reason", () => {
  const skipped = { fullName: " docker compose up", status: "skipped", meta: { skipReason: "DOCKER_HOST not set" } };
  const count = countTests(report({ testResults: [file("passed", skipped)] }), true);
  expect(count.skipped).toEqual([{ title: "docker compose up", reason: "DOCKER_HOST not set" }]);
  expect(countLine(count)).toBe("2 passed, 0 failed, 1 skipped");
});

test("a test that passed at its second try is told with what the first one failed with", () => {
  const flaky = { fullName: "sometimes", status: "passed", failureMessages: ["AssertionError: 1 is not 2\n    at x.ts:1"] };
  const count = countTests(
    report({ testResults: [file("passed", flaky, { fullName: "always", status: "passed", failureMessages: [] })] }),
    true,
  );
  expect(count.retried).toEqual([{ title: "sometimes", reason: "AssertionError: 1 is not 2" }]);
});

test("a file that cannot be loaded is a failure, though no test of it failed", () => {
  expect(countTests(report({ testResults: [file("failed"), file("passed")] }), false).failed).toBe(1);
});

test("failed tests are counted each, not their file again", () => {
  const failed = { fullName: "x", status: "failed" };
  expect(countTests(report({ numFailedTests: 2, testResults: [file("failed", failed, failed)] }), false).failed).toBe(2);
});

test("a run that exits with an error although every test passed has failed", () => {
  expect(countTests(report({}), false).failed).toBe(1);
});
