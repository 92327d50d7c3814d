import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import {
  block,
  boolean,
  type Environment,
  integer,
  list,
  name,
  oneOf,
  opaqueMapping,
  orText,
  parseConfigFile,
  refused,
} from "@dagwright/instance";
import { type CodeLocationName, codeLocationName } from "@dagwright/model";
import { WorkspaceFileError } from "./errors.ts";

/** One code location that a `workspace.yaml` names. Paths are absolute. */
export type WorkspaceTarget = { readonly name: CodeLocationName } & TargetKind;

type TargetKind =
  | {
      readonly kind: "grpc_server";
      /** `host:port`, or `unix:PATH`. */
      readonly address: string;
      /** Whether to speak TLS, judged by the machine's own authorities. */
      readonly ssl: boolean;
      /** Shown with the location. */
      readonly additionalMetadata: Readonly<Record<string, unknown>>;
    }
  | ({ readonly kind: "ts_file"; readonly file: string } & LocalTarget)
  | ({ readonly kind: "ts_package"; readonly package: string } & LocalTarget);

interface LocalTarget {
  /** The export that holds the definitions; undefined for the default one. */
  readonly attribute?: string;
  readonly workingDirectory: string;
  /** The program that runs the code, e.g. a Node of another version; undefined for the one that runs this process. */
  readonly executablePath?: string;
}

/** A target whose paths still wait for the file's folder. */
interface Unresolved {
  readonly name: string;
  at(directory: string): TargetKind;
}

const localKeys = {
  attribute: name().optional(),
  location_name: name().optional(),
  working_directory: name().optional(),
  executable_path: name().optional(),
};

function localTarget(
  given: { attribute?: string | undefined; working_directory?: string | undefined; executable_path?: string | undefined },
  directory: string,
): LocalTarget {
  const executable = given.executable_path;
  return {
    workingDirectory: resolve(directory, given.working_directory ?? "."),
    ...(given.attribute !== undefined && { attribute: given.attribute }),
    // A bare name is looked up in PATH, as a shell would.
    ...(executable !== undefined && { executablePath: executable.includes("/") ? resolve(directory, executable) : executable }),
  };
}

/** `ts_file: src/definitions.ts` is short for `ts_file: {relative_path: src/definitions.ts}`; `ts_package` likewise. */
const tsFile = block({ relative_path: name(), ...localKeys }).transform((given): Unresolved => ({
  name: given.location_name ?? basename(given.relative_path),
  at: (directory) => ({ kind: "ts_file", file: resolve(directory, given.relative_path), ...localTarget(given, directory) }),
}));

const tsPackage = block({ package_name: name(), ...localKeys }).transform((given): Unresolved => ({
  name: given.location_name ?? given.package_name,
  at: (directory) => ({ kind: "ts_package", package: given.package_name, ...localTarget(given, directory) }),
}));

const grpcServer = block({
  host: name().optional(),
  port: integer({ min: 1, max: 65_535 }).optional(),
  socket: name().optional(),
  location_name: name().optional(),
  ssl: boolean().default(false),
  additional_metadata: opaqueMapping().default({}),
}).transform((given, context): Unresolved => {
  const { host = "localhost", port, socket } = given;
  if ((port === undefined) === (socket === undefined)) {
    const message = port === undefined ? "names no server; give port or socket" : "names two servers; give either port or socket";
    context.addIssue({ code: "custom", message });
  }
  return {
    name: given.location_name ?? `grpc:${host}:${port ?? socket ?? ""}`,
    at: (directory) => ({
      kind: "grpc_server",
      address:
        socket === undefined ? `${host.includes(":") ? `[${host}]` : host}:${port ?? ""}` : `unix:${resolve(directory, socket)}`,
      ssl: given.ssl,
      additionalMetadata: given.additional_metadata,
    }),
  };
});

const instead =
  "Python code cannot be loaded here: name the TypeScript module by ts_file or ts_package (same keys), and run Python from its ops by Dagster Pipes";

const target = oneOf(
  {
    grpc_server: grpcServer,
    ts_file: orText("relative_path", tsFile),
    ts_package: orText("package_name", tsPackage),
    python_file: refused(instead),
    python_module: refused(instead),
    python_package: refused(instead),
    autoload_defs_module: refused(instead),
  },
  ["grpc_server", "ts_file", "ts_package"],
);

const schema = block({ load_from: list(target).default([]) }).transform(
  ({ load_from: targets }, context): readonly Unresolved[] => {
    const places = new Map<string, number>();
    for (const [index, { value }] of targets.entries()) {
      const first = places.get(value.name);
      places.set(value.name, first ?? index);
      if (first === undefined) continue;
      const message = `is the second location named ${value.name} (the first is item ${first + 1}); give it another location_name`;
      context.addIssue({ code: "custom", path: ["load_from", index], message });
    }
    return targets.map(({ value }) => value);
  },
);

/**
 * Reads the text of a `workspace.yaml`.
 *
 * @param file - its path: relative paths in it start at its folder, and messages name it
 * @param env - where `{env: NAME}` is looked up
 * @throws ConfigFileError with every problem at once
 */
export function parseWorkspaceFile(content: string, file: string, env: Environment): readonly WorkspaceTarget[] {
  const directory = dirname(resolve(file));
  return parseConfigFile(content, file, schema, env).map(({ name: locationName, at }) => ({
    name: codeLocationName(locationName),
    ...at(directory),
  }));
}

/**
 * Reads a `workspace.yaml`.
 *
 * @throws ConfigFileError with every problem at once
 * @throws WorkspaceFileError when the file cannot be read
 */
export async function readWorkspaceFile(file: string, env: Environment): Promise<readonly WorkspaceTarget[]> {
  let content: string;
  try {
    content = await readFile(file, "utf8");
  } catch (error) {
    throw new WorkspaceFileError(file, error);
  }
  return parseWorkspaceFile(content, file, env);
}
