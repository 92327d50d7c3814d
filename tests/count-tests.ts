export interface TestCount {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly { readonly title: string; readonly reason: string }[];
  /** Tests that passed only at their second try (CI allows one), each with the first try's failure. */
  readonly retried: readonly { readonly title: string; readonly reason: string }[];
}

/** The part of vitest's JSON report that is read here. */
export interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    /** Failed also when the file cannot be loaded or a hook of it fails. */
    readonly status: "passed" | "failed";
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      /** Of a test that passed: what its first try failed with. */
      readonly failureMessages?: readonly string[];
      readonly meta?: { readonly skipReason?: string };
    }[];
  }[];
}

/**
 * Counts one run of vitest. What fails outside of any test counts too: a file that cannot be loaded, a hook, a rejection nobody
 * handles; so a run that did not exit with 0 has at least one failure.
 */
export function countTests({ numPassedTests, numFailedTests, testResults }: VitestReport, exitedWithZero: boolean): TestCount {
  const failedFiles = testResults.filter(({ status }) => status === "failed").length;
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const skipped = tests
    .filter(({ status }) => status !== "passed" && status !== "failed")
    .map(({ fullName, meta }) => ({ title: fullName.trim(), reason: meta?.skipReason ?? "no reason given" }));
  const retried = tests
    .filter(({ status, failureMessages }) => status === "passed" && (failureMessages ?? []).length > 0)
    .map(({ fullName, failureMessages }) => ({ title: fullName.trim(), reason: failureMessages?.[0]?.split("\n")[0] ?? "" }));
  return { passed: numPassedTests, failed: Math.max(numFailedTests, failedFiles, exitedWithZero ? 0 : 1), skipped, retried };
}

/** The last line of `pnpm test`. */
export const countLine = ({ passed, failed, skipped }: TestCount): string =>
  `${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ""}`;
