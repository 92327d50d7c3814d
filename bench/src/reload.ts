import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type BenchWorld, startBenchStack } from "./bench-world.ts";
import type { Measurement } from "./measuring/measurement.ts";
import { median, repeat } from "./measuring/samples.ts";

const files = 20;
const assetsPerFile = 5;

/** From saving a file of a project of 100 assets in 20 files to the API's first answer that has the change. */
export async function benchReload(world: BenchWorld): Promise<readonly Measurement[]> {
  const project = await mkdtemp(join(tmpdir(), "dagwright-bench-"));
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rm(project, { recursive: true, force: true }));
  await mkdir(join(project, "src"));
  await symlink(fileURLToPath(new URL("../node_modules", import.meta.url)), join(project, "node_modules"));
  await writeFile(join(project, "package.json"), `{"name": "hundred-assets", "private": true, "type": "module"}\n`);
  for (let index = 0; index < files; index += 1) await writeFile(fileOf(project, index), assetsOf(index, "as it was"));
  const entry = join(project, "src/definitions.ts");
  await writeFile(entry, entryText);

  const { stack } = cleanup.use(await startBenchStack(entry, ""));
  const description = async (): Promise<string | null> => {
    const { assetNodeOrError } = await stack.query<{ assetNodeOrError: { description?: string | null } }>(
      `{ assetNodeOrError(assetKey: {path: ["asset_${files - 1}_0"]}) { ... on AssetNode { description } } }`,
    );
    return assetNodeOrError.description ?? null;
  };
  const samples = await repeat(10, async (index) => {
    const text = `edit ${index}`;
    // The evaluator and the warm worker of the generation before are on their way out.
    await delay(1_500);
    const savedAt = performance.now();
    await writeFile(fileOf(project, files - 1), assetsOf(files - 1, text));
    while ((await description()) !== text) {
      if (performance.now() - savedAt > 60_000) throw new Error("The edit did not become live within a minute");
      await delay(5);
    }
    return performance.now() - savedAt;
  });
  return [
    {
      name: "reload/100 assets, saved to live",
      unit: "ms",
      samples,
      target: { atMost: 1_000 },
      ratios: { "node start": median(samples) / world.costs.nodeStartMs },
    },
  ];
}

const fileOf = (project: string, index: number): string => join(project, `src/assets-${index}.ts`);

/** Chains within a file, and between neighbouring ones. */
function assetsOf(index: number, description: string): string {
  const lines = Array.from({ length: assetsPerFile }, (_, place) => {
    const before = place > 0 ? `asset_${index}_${place - 1}` : index > 0 ? `asset_${index - 1}_0` : null;
    const ins = before === null ? "" : `ins: { before: ${before} }, `;
    const value = before === null ? "() => 1" : "({ before }) => before + 1";
    const name = `asset_${index}_${place}`;
    return `export const ${name} = asset("${name}", { ${ins}out: z.number(), description: ${JSON.stringify(description)} }, ${value});`;
  });
  const neighbour = index > 0 ? `import { asset_${index - 1}_0 } from "./assets-${index - 1}.ts";\n` : "";
  return `import { asset } from "dagwright";\nimport { z } from "zod";\n${neighbour}${lines.join("\n")}\n`;
}

const names = Array.from({ length: files }, (_, index) => `file${index}`);
const entryText = `import { definitions } from "dagwright";
${names.map((name, index) => `import * as ${name} from "./assets-${index}.ts";`).join("\n")}
export default definitions({ assets: [${names.join(", ")}].flatMap((file) => Object.values(file)) });
`;
