import { existsSync, rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CodeLocationServer, startCodeLocationServer } from "@dagwright/code-location";
import type { LocationSnapshot } from "@dagwright/model";
import type { CodeLocationClient } from "@dagwright/rpc";
import { type LocationEntry, openWorkspace, type WorkspaceTarget } from "@dagwright/workspace";
import { pino } from "pino";
import { type CommandContext, homeOf } from "../context.ts";
import { DefinitionsNotLoadedError } from "../errors.ts";
import { toLocationSource } from "../location-source.ts";
import { codeTargetOf } from "../serve-code-location.ts";

/** A code location as it was found when the command asked. */
export interface OpenedLocation {
  readonly target: WorkspaceTarget;
  readonly entry: LocationEntry;
  /** The server that this process runs for it; null when it is another process's. */
  readonly server: CodeLocationServer | null;
}

export interface OpenedLocations extends AsyncDisposable {
  readonly locations: readonly OpenedLocation[];
}

/** A location whose code has been loaded. */
export interface LoadedLocation extends OpenedLocation {
  readonly snapshot: LocationSnapshot;
  readonly client: CodeLocationClient;
}

/**
 * Loads each project as its server would, in a process of its own, and asks the servers that run already. What cannot be loaded is told in
 * its entry. The copies of the code stay until the result is disposed.
 */
export async function openLocations(targets: readonly WorkspaceTarget[], context: CommandContext): Promise<OpenedLocations> {
  await using opening = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), "dagwright-cli-"));
  // User code that is executed here may end this process.
  const onExit = (): void => rmSync(home, { recursive: true, force: true });
  process.once("exit", onExit);
  opening.defer(async () => {
    process.off("exit", onExit);
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  });
  const servers = await Promise.all(
    targets.map(async (target) => (target.kind === "grpc_server" ? null : opening.use(await startServer(target, home, context)))),
  );
  const token = context.env["DAGWRIGHT_CODE_LOCATION_TOKEN"];
  const workspace = opening.use(
    openWorkspace(
      targets.map((target, index) =>
        target.kind === "grpc_server"
          ? toLocationSource(target, token)
          : { name: target.name, server: { address: servers[index]!.address } },
      ),
    ),
  );
  await workspace.waitUntilLoaded();
  const locations = targets.map((target, index) => ({
    target,
    entry: workspace.location(target.name),
    server: servers[index] ?? null,
  }));
  const stack = opening.move();
  return { locations, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** @throws DefinitionsNotLoadedError */
export function requireLoaded(location: OpenedLocation): LoadedLocation {
  const { entry } = location;
  if (entry.loadError !== null || entry.snapshot === null || entry.client === null) {
    throw new DefinitionsNotLoadedError(entry.name, entry.loadError?.error.message ?? "it is still being loaded", placeOf(entry));
  }
  return { ...location, snapshot: entry.snapshot, client: entry.client };
}

/**
 * Those whose code has been loaded. One that cannot be loaded does not keep the others from being used; it is told to `onBroken`.
 *
 * @throws DefinitionsNotLoadedError when none could be loaded
 */
export function loadedLocations(
  locations: readonly OpenedLocation[],
  onBroken: (error: DefinitionsNotLoadedError) => void,
): readonly LoadedLocation[] {
  const broken: DefinitionsNotLoadedError[] = [];
  const loaded = locations.flatMap((location) => {
    try {
      return [requireLoaded(location)];
    } catch (error) {
      if (!(error instanceof DefinitionsNotLoadedError)) throw error;
      broken.push(error);
      return [];
    }
  });
  const [first] = broken;
  if (loaded.length === 0 && first !== undefined) throw first;
  broken.forEach(onBroken);
  return loaded;
}

/** `file:line:column` of what keeps a location from being loaded. */
export function placeOf({ loadError }: LocationEntry): string | null {
  if (loadError?.file == null) return null;
  return [loadError.file, loadError.line, loadError.column].filter((part) => part !== null).join(":");
}

function startServer(
  target: Exclude<WorkspaceTarget, { readonly kind: "grpc_server" }>,
  home: string,
  context: CommandContext,
): Promise<CodeLocationServer> {
  return startCodeLocationServer({
    home,
    // What sensors ask is answered by the instance that the command is about, and makes none.
    instanceHome: existsSync(homeOf(context)) ? homeOf(context) : null,
    locationName: target.name,
    target: codeTargetOf(target),
    environment: context.env,
    watch: false,
    warmWorkers: { atStart: 0, max: 0 },
    log: pino({ level: "silent" }),
  });
}
