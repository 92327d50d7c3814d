import { describe, test } from "vitest";

/** What a suite may need beyond Node and npm: the variables that say where it is, and why there is none without them. */
const engines = {
  docker: { variables: ["DOCKER_HOST"], what: "Docker with Compose" },
  pgbouncer: { variables: ["PGBOUNCER_URL"], what: "pgbouncer in transaction mode before a Postgres" },
  chromium: { variables: ["CHROMIUM"], what: "the path of a Chromium" },
  python: { variables: ["DAGSTER_PYTHON"], what: "the path of a Python that can import dagster and dagster_graphql" },
} as const;

export type EngineName = keyof typeof engines;
export type EngineEnvironment<Name extends EngineName> = Readonly<Record<(typeof engines)[Name]["variables"][number], string>>;

/** For `tags` in vitest.config.ts, so that `vitest --tagsFilter docker` runs what needs Docker. */
export const engineTags = Object.entries(engines).map(([name, { what }]) => ({ name, description: `needs ${what}` }));

/**
 * A suite that needs an engine, found through the environment. Without it the suite is one skipped test that carries the
 * reason, or, with `CI` set, one failed test: CI skips nothing.
 *
 * @param suite - declares the tests, as for `describe`; gets the engine's variables
 */
export function describeWithEngine<Name extends EngineName>(
  name: Name,
  title: string,
  suite: (environment: EngineEnvironment<Name>) => void,
): void {
  const { variables, what } = engines[name];
  const missing = variables.filter((variable) => !process.env[variable]);
  if (missing.length === 0) {
    const environment = Object.fromEntries(variables.map((variable) => [variable, process.env[variable]]));
    describe(title, { tags: [name] }, () => {
      suite(environment as EngineEnvironment<Name>);
    });
    return;
  }
  const skipReason = `${missing.join(" and ")} not set (${what})`;
  if (process.env["CI"]) {
    test(title, { tags: [name] }, () => {
      throw new Error(`CI skips nothing, and this suite cannot run: ${skipReason}`);
    });
  } else {
    test(title, { tags: [name], skip: true, meta: { skipReason } }, () => {});
  }
}

declare module "vitest" {
  interface TaskMeta {
    /** Why the test is skipped; printed at the end of `pnpm test`. */
    skipReason?: string;
  }
}
