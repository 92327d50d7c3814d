import { posix } from "node:path";
import { expect, test } from "vitest";
import { exists, readText, rooms, type Room } from "./rooms.ts";

const published = rooms.filter(({ manifest }) => !("private" in manifest));

test.each(published)("$folder is published as it is used here", ({ folder, manifest }: Room) => {
  expect(manifest.license).toBe("Apache-2.0");
  expect(manifest.files).toContain("dist");
  expect(exists(`${folder}/README.md`), "a README.md").toBe(true);
  const publishedExports = manifest.publishConfig?.exports ?? {};
  // What only our own tests import may stay here.
  const entries = Object.entries(manifest.exports ?? {}).filter(([entry]) => entry !== "./testing" || entry in publishedExports);
  expect(Object.keys(publishedExports), "publishConfig.exports").toEqual(entries.map(([entry]) => entry));
  for (const [entry, source] of entries) {
    expect(exists(`${folder}/${source}`), `${entry}: ${source}`).toBe(true);
    if (!/^\.\/src\/.*\.ts$/.test(source)) continue;
    const built = source.replace("./src/", "./dist/").replace(/\.ts$/, "");
    expect(publishedExports[entry]).toEqual({ types: `${built}.d.ts`, default: `${built}.js` });
  }
  expect(Object.keys(manifest.publishConfig?.bin ?? {}), "publishConfig.bin").toEqual(Object.keys(manifest.bin ?? {}));
});

test.each(published)("$folder is built after the packages that it imports", ({ folder, manifest }: Room) => {
  const { references } = JSON.parse(readText(`${folder}/tsconfig.build.json`)) as { references: readonly { path: string }[] };
  const needed = rooms
    .filter((other) => other.manifest.name in { ...manifest.dependencies, ...manifest.peerDependencies })
    .map((other) => `${other.folder}/tsconfig.build.json`);
  expect(references.map(({ path }) => posix.join(folder, path)).toSorted()).toEqual(needed.toSorted());
});
