import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InMemoryInstance, type InMemoryInstanceOptions } from "@dagwright/definitions";
import type { JsonObject, Tags } from "@dagwright/model";
import { FilesystemIOManager } from "../io/filesystem-io-manager.ts";
import type { InProcessResult } from "./in-process-result.ts";

/** A run that a test has executed. */
export interface TestRun {
  readonly jobName: string;
  readonly tags: Tags;
  readonly runConfig: JsonObject;
  readonly result: InProcessResult;
}

/**
 * A throw-away instance for tests: what runs tell of assets and checks in memory, values in files below a temporary directory. It needs
 * no database and no server, and nothing of it is left when it is disposed.
 */
export class TestInstance extends InMemoryInstance implements Disposable {
  /** Where its files are. */
  readonly home: string;
  /** Keeps the values of its runs. */
  readonly values: FilesystemIOManager;
  readonly #runs: TestRun[] = [];

  constructor(options: InMemoryInstanceOptions = {}) {
    super(options);
    this.home = mkdtempSync(join(tmpdir(), "dagwright-test-instance-"));
    this.values = new FilesystemIOManager({ baseDir: join(this.home, "storage") });
  }

  /** In the order in which they were executed. */
  get runs(): readonly TestRun[] {
    return this.#runs;
  }

  addRun(run: TestRun): void {
    this.#runs.push(run);
  }

  [Symbol.dispose](): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}

/**
 * Makes a throw-away instance: `using instance = instanceForTest()`, then `await executeJob(job, { instance })`.
 */
export const instanceForTest = (options: InMemoryInstanceOptions = {}): TestInstance => new TestInstance(options);
