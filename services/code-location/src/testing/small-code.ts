import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { LocationSnapshot } from "@dagwright/model";

/** For `vi.waitFor`: a busy machine is no failure. */
export const patience = { timeout: 40_000, interval: 10 };

/** A module that defines jobs of these names. */
export const jobs = (...names: readonly string[]): string => `
import { definitions, inProcessExecutor, job, op } from "dagwright";
const work = op("work", {}, () => {});
export default definitions({ jobs: [${names.map((name) => `job("${name}", { executor: inProcessExecutor }, () => work())`).join(", ")}] });`;

export const jobNames = (snapshot: LocationSnapshot): readonly string[] => snapshot.jobs.map(({ name }) => name);

/** The copies of code that a server keeps in its home. */
export const copies = (home: string): readonly string[] =>
  readdirSync(join(home, "code")).filter((name) => !name.startsWith("."));
