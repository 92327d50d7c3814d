import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { openRuntimeDir } from "@dagwright/instance/runtime-dir";
import type { LocationSource, StartedServer, WorkspaceTarget } from "@dagwright/workspace";
import type { CommandContext } from "./context.ts";
import { superviseProcess } from "./dev/supervised-process.ts";
import { ownProgram } from "./own-program.ts";

type ServerTarget = WorkspaceTarget & { readonly kind: "grpc_server" };
export type ProjectTarget = Exclude<WorkspaceTarget, ServerTarget>;

export interface HostPlace {
  readonly home: string;
  readonly context: CommandContext;
}

/** How a host reaches its code locations: servers that run already, and projects for which it runs a server itself. */
export function locationSources(targets: readonly WorkspaceTarget[], place: HostPlace): readonly LocationSource[] {
  const token = place.context.env["DAGWRIGHT_CODE_LOCATION_TOKEN"];
  return targets.map((target) =>
    target.kind === "grpc_server"
      ? toLocationSource(target, token)
      : { name: target.name, server: () => startServer(target, place) },
  );
}

/** A code location whose server runs already. */
export function toLocationSource({ name, address, ssl }: ServerTarget, token?: string): LocationSource {
  return { name, server: { address, ...(ssl && { tls: {} }), ...(token !== undefined && { token }) } };
}

/** The command line by which a code-location server of a project is started. */
export function serverArguments(target: ProjectTarget, socket: string): readonly string[] {
  const what = target.kind === "ts_file" ? ["-f", target.file] : ["-m", target.package];
  const attribute = target.attribute === undefined ? [] : ["-a", target.attribute];
  return [
    "code-location",
    "start",
    ...what,
    "-d",
    target.workingDirectory,
    "--name",
    target.name,
    ...attribute,
    "--socket",
    socket,
    "--supervised",
  ];
}

async function startServer(target: ProjectTarget, { home, context }: HostPlace): Promise<StartedServer> {
  const socket = join(await openRuntimeDir(home, context.env), `cl-${randomBytes(6).toString("hex")}.sock`);
  const server = superviseProcess(
    {
      name: target.name,
      command: target.executablePath ?? process.execPath,
      args: [ownProgram(), ...serverArguments(target, socket)],
      env: { ...context.env, DAGWRIGHT_HOME: home, DAGSTER_HOME: undefined },
      cwd: context.directory,
    },
    {
      onLine: (name, line) => console.log(`${name} │ ${line}`),
      onCrash: (name, how) => console.error(`code location ${name} ended (${how})`),
    },
  );
  return { connect: { address: `unix:${socket}` }, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}
