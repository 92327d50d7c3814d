import { type CodeTarget, startCodeLocationServer } from "@dagwright/code-location";
import { announceReady } from "./dev/ready.ts";
import type { CommandContext } from "./context.ts";
import type { ProjectTarget } from "./location-source.ts";
import type { LogOptions } from "./options.ts";
import { fileTarget, type TargetOptions } from "./project-file.ts";
import { UsageError } from "./errors.ts";
import { createServiceLog } from "./service-log.ts";
import { onShutdown } from "./shutdown.ts";

export interface ServeOptions extends LogOptions, Omit<TargetOptions, "file" | "workspace"> {
  readonly home: string;
  readonly context: CommandContext;
  readonly file?: string;
  readonly package?: string;
  readonly host: string;
  readonly port?: number;
  readonly socket?: string;
  readonly watch: boolean;
  readonly insecure?: boolean;
  /** It belongs to the process that started it, which alone ends it. */
  readonly supervised?: boolean;
}

/** Serves one project until the process is told to stop. */
export async function serveCodeLocation(options: ServeOptions): Promise<void> {
  const { home, context, host, port, socket, watch, insecure = false } = options;
  using shutdown = onShutdown();
  const asked = Promise.withResolvers<string>();
  const token = context.env["DAGWRIGHT_CODE_LOCATION_TOKEN"];
  const { name, target } = await toCodeTarget(options);
  await using server = await startCodeLocationServer({
    home,
    locationName: name,
    target,
    listen: socket === undefined ? `${host.includes(":") ? `[${host}]` : host}:${port ?? 0}` : `unix:${socket}`,
    environment: context.env,
    watch,
    insecure,
    ...(options.supervised !== true && { onShutdown: () => asked.resolve("a host has asked for it") }),
    log: createServiceLog({ format: options.logFormat, level: options.logLevel }),
    ...(token !== undefined && token !== "" && { token }),
  });
  announceReady({ url: server.address });
  await Promise.race([shutdown.requested, asked.promise]);
}

async function toCodeTarget(options: ServeOptions): Promise<{ readonly name: string; readonly target: CodeTarget }> {
  const { context, file, package: packageName, workingDirectory } = options;
  if (packageName !== undefined) {
    const attribute = options.attribute === undefined ? {} : { attribute: options.attribute };
    return {
      name: options.name ?? packageName,
      target: { kind: "ts_package", package: packageName, workingDirectory: workingDirectory ?? context.directory, ...attribute },
    };
  }
  const { file: _file, ...others } = options;
  if (file !== undefined) {
    const only = fileTarget(file, others, context.directory);
    return { name: only.name, target: codeTargetOf(only) };
  }
  const { resolveTargets } = await import("./project-target.ts");
  const targets = resolveTargets(others, context.directory, context.env);
  const [only] = targets;
  if (only === undefined || targets.length > 1) {
    throw new UsageError(
      "One code-location server serves one project, and the workspace.yaml here names several or none. Name the file with -f.",
    );
  }
  if (only.kind === "grpc_server")
    throw new UsageError("The workspace.yaml here names a server, not a project. Name the file with -f.");
  return { name: only.name, target: codeTargetOf(only) };
}

/** The same project in the words of the code-location server. */
export function codeTargetOf(target: ProjectTarget): CodeTarget {
  const { workingDirectory } = target;
  const attribute = target.attribute === undefined ? {} : { attribute: target.attribute };
  return target.kind === "ts_file"
    ? { kind: "ts_file", file: target.file, workingDirectory, ...attribute }
    : { kind: "ts_package", package: target.package, workingDirectory, ...attribute };
}
