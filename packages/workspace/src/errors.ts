import { type CodeLocationName, DomainError } from "@dagwright/model";

/** The workspace has no code location of that name. */
export class CodeLocationNotFoundError extends DomainError<"RepositoryLocationNotFound"> {
  readonly locationName: string;
  constructor(locationName: CodeLocationName | string, known: readonly string[]) {
    const names = known.length === 0 ? "it has none" : `it has ${known.map((name) => `"${name}"`).join(", ")}`;
    super("RepositoryLocationNotFound", `This workspace has no code location "${locationName}"; ${names}`);
    this.locationName = locationName;
  }
}

/** Two code locations of one workspace would have the same name. */
export class DuplicateCodeLocationError extends DomainError<"DuplicateCodeLocationError"> {
  constructor(locationName: string) {
    super("DuplicateCodeLocationError", `Two code locations are named "${locationName}"; give one of them another location_name`);
  }
}

/** A workspace file that is named and cannot be read. */
export class WorkspaceFileError extends DomainError<"WorkspaceFileError"> {
  readonly file: string;

  constructor(file: string, cause: unknown) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
    super("WorkspaceFileError", `The workspace file ${file} cannot be read (${code})`, { cause });
    this.file = file;
  }
}
