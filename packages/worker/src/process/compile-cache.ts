import { join } from "node:path";

/** Where Node keeps compiled code between processes of one home. */
export function compileCacheDirectory(home: string): string;
/** Undefined lets Node choose a directory of the machine's. */
export function compileCacheDirectory(home: string | null): string | undefined;
export function compileCacheDirectory(home: string | null): string | undefined {
  return home === null ? undefined : join(home, "code", ".compile-cache");
}
