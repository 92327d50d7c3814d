import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startBenchStack } from "./bench-world.ts";
import type { Measurement } from "./measuring/measurement.ts";
import { median } from "./measuring/samples.ts";

const run = promisify(execFile);
const program = fileURLToPath(new URL("projects/measure-layers.ts", import.meta.url));
const project = fileURLToPath(new URL("projects/layered-assets.ts", import.meta.url));

interface Layers {
  readonly importMs: number;
  readonly resolveMs: number;
  readonly snapshotMs: number;
  readonly planMs: number;
  readonly snapshotBytes: number;
  readonly compressedBytes: number;
}

const sizes = { "1k": 1_000, "10k": 10_000, "100k": 100_000 } as const;

/** How costs grow with a project of assets in layers, three edges each: everything should grow as the assets do. */
export const benchScale = async (): Promise<readonly Measurement[]> => [...(await alone()), ...(await served())];

async function alone(): Promise<readonly Measurement[]> {
  const rows: Measurement[] = [];
  for (const [size, count] of Object.entries(sizes)) {
    const layers: Layers[] = [];
    for (let round = count > 10_000 ? 1 : 3; round > 0; round -= 1) layers.push(await measureLayers(count));
    const samples = (of: keyof Layers): readonly number[] => layers.map((one) => one[of]);
    const perImport = (of: keyof Layers): NonNullable<Measurement["ratios"]> => ({
      "module import": median(layers.map((one) => one[of] / one.importMs)),
    });
    rows.push(
      { name: `scale/${size} assets, module import alone`, unit: "ms", samples: samples("importMs") },
      {
        name: `scale/${size} assets, check and resolve`,
        unit: "ms",
        samples: samples("resolveMs"),
        ratios: perImport("resolveMs"),
      },
      { name: `scale/${size} assets, snapshot`, unit: "ms", samples: samples("snapshotMs"), ratios: perImport("snapshotMs") },
      { name: `scale/${size} assets, snapshot size`, unit: "kB", samples: samples("snapshotBytes").map((bytes) => bytes / 1000) },
      { name: `scale/${size} assets, compressed`, unit: "kB", samples: samples("compressedBytes").map((bytes) => bytes / 1000) },
      { name: `scale/${size} steps, plan`, unit: "ms", samples: samples("planMs"), ratios: perImport("planMs") },
    );
  }
  return rows;
}

/** From starting every service on a project to the API's first answer with all of its assets. */
async function served(): Promise<readonly Measurement[]> {
  const rows: Measurement[] = [];
  for (const [size, count] of Object.entries({ "1k": 1_000, "10k": 10_000 })) {
    const { importMs } = await measureLayers(count);
    process.env["LAYERED_ASSETS"] = String(count);
    const from = performance.now();
    await using bench = await startBenchStack(project, "");
    const { assetNodes } = await bench.stack.query<{ assetNodes: readonly unknown[] }>(`{ assetNodes { id } }`);
    if (assetNodes.length !== count) throw new Error(`The API has ${assetNodes.length} of ${count} assets`);
    const readyMs = performance.now() - from;
    rows.push({
      name: `scale/${size} assets, everything started and served`,
      unit: "ms",
      samples: [readyMs],
      ratios: { "module import": readyMs / importMs },
    });
  }
  return rows;
}

async function measureLayers(count: number): Promise<Layers> {
  const { stdout } = await run(process.execPath, [program], { env: { ...process.env, LAYERED_ASSETS: String(count) } });
  return JSON.parse(stdout) as Layers;
}
