import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Environment } from "@dagwright/instance";
import { codeLocationName } from "@dagwright/model";
import { parseWorkspaceFile, type WorkspaceTarget } from "@dagwright/workspace";
import { DefinitionsNotFoundError, UsageError } from "./errors.ts";
import { definitionsInPackageJson, existingFile, fileTarget, type TargetOptions } from "./project-file.ts";

const conventional = ["src/definitions.ts", "definitions.ts", "src/definitions.js", "definitions.js", "src/index.ts"];

/**
 * Finds the code locations that a command is about: by options, else `workspace.yaml`, else what package.json names under `dagwright.definitions`, else by convention.
 *
 * @throws DefinitionsNotFoundError, UsageError, and ConfigFileError for what is wrong in a workspace.yaml
 */
export function resolveTargets(options: TargetOptions, directory: string, env: Environment): readonly WorkspaceTarget[] {
  if (options.workspace !== undefined && options.file !== undefined) throw new UsageError("Give either -f or -w, not both.");
  if (options.workspace !== undefined)
    return options.workspace.flatMap((file) => readWorkspace(existingFile(resolve(directory, file)), env));
  if (options.file !== undefined) return options.file.map((file) => fileTarget(file, options, directory));

  const workspace = resolve(directory, "workspace.yaml");
  if (existsSync(workspace)) return readWorkspace(workspace, env);
  const named = definitionsInPackageJson(directory);
  if (named !== null) return [fileTarget(named, options, directory)];
  const found = conventional.map((file) => resolve(directory, file)).find((file) => existsSync(file));
  if (found === undefined) throw new DefinitionsNotFoundError(directory, ["workspace.yaml", ...conventional]);
  return [fileTarget(found, options, directory)];
}

const readWorkspace = (file: string, env: Environment): readonly WorkspaceTarget[] =>
  parseWorkspaceFile(readFileSync(file, "utf8"), file, env);

/** Which code locations a service works for, as its options say. */
export interface HostTargetOptions extends TargetOptions {
  readonly package?: readonly string[];
  readonly grpcPort?: number;
  readonly grpcHost?: string;
  readonly grpcSocket?: string;
  readonly useSsl?: boolean;
  readonly emptyWorkspace?: boolean;
}

/**
 * The code locations of a service: those of {@link resolveTargets}, or packages, or one server that runs already, or none.
 *
 * @throws UsageError when it is told of in several ways, besides what `resolveTargets` throws
 */
export function resolveHostTargets(options: HostTargetOptions, directory: string, env: Environment): readonly WorkspaceTarget[] {
  const { grpcPort, grpcHost, grpcSocket, emptyWorkspace = false, package: packages } = options;
  const ways = {
    "-w": options.workspace !== undefined,
    "-f": options.file !== undefined,
    "-m": packages !== undefined,
    "--grpc-port or --grpc-socket": grpcPort !== undefined || grpcSocket !== undefined,
    "--empty-workspace": emptyWorkspace,
  };
  const given = Object.entries(ways).flatMap(([way, isGiven]) => (isGiven ? [way] : []));
  if (given.length > 1)
    throw new UsageError(`Say which code locations there are in one way: ${given.join(" and ")} are several.`);
  if (emptyWorkspace) return [];
  if (packages !== undefined) return packages.map((name) => packageTarget(name, options, directory));
  if (grpcPort !== undefined || grpcSocket !== undefined) return [serverTarget(options, directory)];
  if (grpcHost !== undefined) throw new UsageError("--grpc-host says where a server is; --grpc-port says at which port.");
  return resolveTargets(options, directory, env);
}

const packageTarget = (name: string, { attribute, workingDirectory }: TargetOptions, directory: string): WorkspaceTarget => ({
  kind: "ts_package",
  name: codeLocationName(name),
  package: name,
  ...(attribute !== undefined && { attribute }),
  workingDirectory: resolve(directory, workingDirectory ?? "."),
});

function serverTarget(options: HostTargetOptions, directory: string): WorkspaceTarget {
  const { grpcPort, grpcSocket, grpcHost = "localhost", useSsl = false } = options;
  if (grpcPort !== undefined && grpcSocket !== undefined)
    throw new UsageError("A server listens at --grpc-port or at --grpc-socket; give one of them.");
  const host = grpcHost.includes(":") ? `[${grpcHost}]` : grpcHost;
  return {
    kind: "grpc_server",
    // As Dagster calls a server that nobody gave a name.
    name: codeLocationName(`grpc:${grpcHost}:${grpcPort ?? grpcSocket ?? ""}`),
    address: grpcSocket === undefined ? `${host}:${grpcPort ?? ""}` : `unix:${resolve(directory, grpcSocket)}`,
    ssl: useSsl,
    additionalMetadata: {},
  };
}
