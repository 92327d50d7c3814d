import type * as Esbuild from "esbuild";

/** How many builds of this process use esbuild's service now; it is stopped when none does, for it holds 20 MB and more. */
let buildsInFlight = 0;

/** Loads esbuild for one build. */
export async function withEsbuild<Result>(build: (esbuild: typeof Esbuild) => Promise<Result>): Promise<Result> {
  const esbuild = await import("esbuild");
  buildsInFlight += 1;
  try {
    return await build(esbuild);
  } finally {
    buildsInFlight -= 1;
    if (buildsInFlight === 0) await esbuild.stop();
  }
}
