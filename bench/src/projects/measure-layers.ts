/**
 * Loads the layered assets in a process of its own, as a code-location server does, and prints what each part took:
 * the user's module alone, its check and resolution, its snapshot, and the plan of one run of everything.
 */
import { zstdCompressSync } from "node:zlib";
import { buildRepository, findDefinitions, toLocationSnapshot } from "@dagwright/definitions";
import { planExecution } from "@dagwright/graph";
import { assetJobName } from "@dagwright/model";

// What everybody pays once is not the module's.
await import("dagwright");
const steps: Record<string, number> = {};
function timed<T>(name: string, work: () => T): T {
  const from = performance.now();
  const value = work();
  steps[name] = performance.now() - from;
  return value;
}

const importedAt = performance.now();
const module = (await import("./layered-assets.ts")) as Readonly<Record<string, unknown>>;
steps["importMs"] = performance.now() - importedAt;
const repository = timed("resolveMs", () => buildRepository(findDefinitions(module)));
const snapshot = timed("snapshotMs", () => JSON.stringify(toLocationSnapshot(repository)));
const job = repository.jobs.get(assetJobName);
if (job === undefined) throw new Error("The project has no assets");
timed("planMs", () => planExecution(job.snapshot));
process.stdout.write(
  JSON.stringify({
    ...steps,
    snapshotBytes: Buffer.byteLength(snapshot),
    compressedBytes: zstdCompressSync(snapshot).byteLength,
  }),
);
