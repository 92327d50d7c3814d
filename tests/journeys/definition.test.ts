import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { until } from "../graphql.ts";
import { fixtureProject, startStack } from "../stack/stack.ts";

/** The fixture project in a folder of its own, whose files a test may change. */
async function editableProject(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "dagwright-project-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await cp(dirname(fixtureProject), folder, { recursive: true });
  await mkdir(join(folder, "node_modules"));
  for (const name of ["dagwright", "zod"])
    await symlink(join(import.meta.dirname, "../node_modules", name), join(folder, "node_modules", name));
  return join(folder, "definitions.ts");
}

interface LocationAnswer {
  readonly workspaceOrError: {
    readonly locationEntries: readonly {
      readonly loadStatus: string;
      readonly locationOrLoadError: {
        readonly __typename: string;
        readonly message?: string;
        readonly repositories?: readonly {
          readonly jobs: readonly { readonly name: string; readonly description: string | null }[];
        }[];
      };
    }[];
  };
}

const locationQuery = `{
  workspaceOrError {
    ... on Workspace {
      locationEntries {
        loadStatus
        locationOrLoadError {
          __typename
          ... on PythonError { message }
          ... on RepositoryLocation { repositories { jobs { name description } } }
        }
      }
    }
  }
}`;

test("a saved file is live for every host; a syntax error is shown with its place while the code before it serves on", async () => {
  const definitions = await editableProject();
  const source = await readFile(definitions, "utf8");
  await using stack = await startStack({ definitions });
  const location = async () =>
    (await stack.query<LocationAnswer>(locationQuery)).workspaceOrError.locationEntries[0]?.locationOrLoadError;

  await writeFile(
    definitions,
    source.replace('job("chain", inOneProcess', 'job("chain", { ...inOneProcess, description: "edited" }'),
  );
  await until("the edit is live", async () => {
    const now = await location();
    return now?.repositories?.[0]?.jobs.find(({ name }) => name === "chain")?.description === "edited" || undefined;
  });

  await writeFile(definitions, `${source}\nconst broken = ;\n`);
  const error = await until("the error is shown", async () => {
    const now = await location();
    return now?.__typename === "PythonError" ? now.message : undefined;
  });
  expect(error).toContain("definitions.ts");
  expect(error).toContain(String(source.split("\n").length + 1));
  const id = await stack.launch("chain");
  expect((await stack.untilEnd(id)).status).toBe("SUCCESS");

  await writeFile(definitions, source);
  await until("the mended code is live", async () => (await location())?.__typename === "RepositoryLocation" || undefined);
});

test("a reload in the middle of a run keeps the run on the code that it began with", async () => {
  const definitions = await editableProject();
  const source = await readFile(definitions, "utf8");
  await using stack = await startStack({ definitions });
  const file = join(stack.home, "go");
  const id = await stack.launch("waiting_in_processes", { runConfig: { ops: { wait_for_file: { config: { file } } } } });
  await stack.untilEntry(id, "a line of the op", ({ type }) => type === "LOG_LINE");
  await writeFile(definitions, source.replaceAll("waiting ${index}", "changed ${index}"));
  const { reloadRepositoryLocation } = await stack.query<{ reloadRepositoryLocation: { __typename: string } }>(
    `mutation { reloadRepositoryLocation(repositoryLocationName: "project") { __typename } }`,
  );
  expect(reloadRepositoryLocation.__typename).toBe("WorkspaceLocationEntry");
  await writeFile(file, "");
  expect((await stack.untilEnd(id)).status).toBe("SUCCESS");
  const lines = (await stack.log(id)).filter(({ type }) => type === "LOG_LINE").map(({ message }) => message);
  expect(lines.filter((line) => line.startsWith("changed"))).toEqual([]);
});
