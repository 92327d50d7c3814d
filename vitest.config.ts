import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { compileCache } from "./tests/compile-cache.ts";
import { engineTags } from "./tests/engines.ts";
import { suiteNames } from "./tests/suite-names.ts";

const exclude = ["**/node_modules/**", "**/dist/**", "**/fixtures/**"];

export default defineConfig({
  // `graphql` has no `exports`: Node takes its CommonJS main, and two copies of it refuse one another's schemas.
  resolve: { alias: [{ find: /^graphql$/, replacement: "graphql/index.js" }] },
  test: {
    tags: engineTags,
    // Programs that tests start load the same hundreds of modules each time.
    env: compileCache,
    // A machine of CI's may stall for seconds at any time. A test that needs its second try is printed as such, and is a bug to be found.
    retry: process.env["CI"] ? 1 : 0,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: [
            "packages/*/src/**/*.test.ts",
            "services/*/src/**/*.test.ts",
            "examples/*/src/**/*.test.ts",
            "bench/src/**/*.test.ts",
            "deploy/**/*.test.ts",
          ],
          exclude,
          // By default one core is left to vitest itself, which has next to nothing to do: half of a machine of two. One more than there are cores, since
          // many of these tests wait, for Postgres, for a process, for a moment to pass.
          maxWorkers: availableParallelism() + 1,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      { extends: true, test: { name: "layout", include: ["tests/layout/**/*.test.ts", "tests/*.test.ts"], testTimeout: 60_000 } },
      ...suiteNames.map((name, index) => ({
        extends: true as const,
        test: {
          name,
          include: [`tests/${name}/**/*.test.ts`],
          exclude,
          // Each file starts whole services; two at once on a small machine would measure the machine.
          fileParallelism: false,
          sequence: { groupOrder: index + 1 },
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      })),
    ],
  },
});
