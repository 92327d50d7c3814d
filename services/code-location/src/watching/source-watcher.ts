import { existsSync, type FSWatcher, statSync, watch } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import type { FileStamp, ReadFiles } from "../generations/user-module-graph.ts";

export interface SourceWatcherOptions {
  /** Called once things have been quiet for the debounce after a change that may matter. */
  readonly onChange: () => void;
  /** Default 50. Editors and version control write several files in a row. */
  readonly debounceMs?: number;
  /** Told when the system lets no more be watched. */
  readonly onError: (error: unknown) => void;
}

export interface SourceWatcher extends Disposable {
  /**
   * Watches what the last build read. When it failed, anything that happens in its folders may mend it.
   * A file that changed between being read and being watched is told as a change at once.
   */
  follow(read: ReadFiles, hasFailed: boolean): void;
}

/** What may be imported, or decides how something is. */
const sourceExtensions = new Set([".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx", ".json"]);
const projectFiles = new Set(["package.json", "tsconfig.json"]);

/**
 * Watches folders, one by one and not recursively: an editor that writes a new file and renames it over the old one replaces what a watch on the
 * file itself would hold, and a project's other folders (its data, its `node_modules`) cost nothing.
 */
export function createSourceWatcher({ onChange, onError, debounceMs = 50 }: SourceWatcherOptions): SourceWatcher {
  const watchers = new Map<string, { readonly watcher: FSWatcher; readonly identity: string }>();
  let files: ReadonlyMap<string, FileStamp> = new Map();
  let hasFailed = false;
  let timer: NodeJS.Timeout | null = null;

  const changed = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      onChange();
    }, debounceMs);
  };
  const matters = (directory: string, event: string, name: string | null): boolean => {
    if (name === null || hasFailed) return true;
    const path = join(directory, name);
    if (files.has(path) || projectFiles.has(name)) return true;
    // A new file may be found in place of the one an import leads to now; the folder itself being gone is told by its own name.
    return event === "rename" && (sourceExtensions.has(extname(name)) || name === basename(directory));
  };
  const open = (directory: string): void => {
    try {
      // A folder that was removed and made again may get the number of the one before.
      const { ino, birthtimeMs } = statSync(directory);
      const identity = `${ino}:${birthtimeMs}`;
      if (watchers.get(directory)?.identity === identity) return;
      close(directory);
      const watcher = watch(directory, (event, name) => {
        if (matters(directory, event, name)) changed();
        if (!existsSync(directory)) close(directory);
      });
      watcher.on("error", () => {
        close(directory);
        changed();
      });
      watchers.set(directory, { watcher, identity });
    } catch (error) {
      onError(error);
    }
  };
  const close = (directory: string): void => {
    watchers.get(directory)?.watcher.close();
    watchers.delete(directory);
  };

  return {
    follow(read, failed) {
      // After a failure the files of the last success still count: mending any of them may be what is needed.
      files = failed ? new Map([...files, ...read.files]) : read.files;
      hasFailed = failed;
      const directories = new Set([...read.directories].map(nearestExisting));
      for (const directory of watchers.keys()) if (!failed && !directories.has(directory)) close(directory);
      for (const directory of directories) open(directory);
      if ([...read.files].some(([path, stamp]) => !isAsRead(path, stamp))) changed();
    },
    [Symbol.dispose]() {
      if (timer !== null) clearTimeout(timer);
      for (const directory of watchers.keys()) close(directory);
    },
  };
}

function nearestExisting(directory: string): string {
  return existsSync(directory) ? directory : nearestExisting(dirname(directory));
}

function isAsRead(path: string, { mtimeMs, sizeBytes }: FileStamp): boolean {
  try {
    const stats = statSync(path);
    return stats.mtimeMs === mtimeMs && stats.size === sizeBytes;
  } catch {
    return false;
  }
}
