import { createRequire } from "node:module";
import { isAbsolute, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { errorCode } from "../error-code.ts";
import { ComponentLoadError } from "../errors.ts";
import type { InstanceLog } from "../instance-log.ts";
import type { CustomComponent } from "./component.ts";

/** What a custom component is opened with. */
export interface ComponentContext {
  /** The block's `config`, as it is written in `dagster.yaml`. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly home: string;
  readonly log: InstanceLog;
  readonly signal: AbortSignal;
}

/** What `class:` names: a class with a static `open`, or any object that has one. */
interface ComponentExport {
  open(context: ComponentContext): unknown;
}

/**
 * Loads a component of the user's own by name and opens it.
 *
 * @param key - the key of `dagster.yaml`, for messages
 * @param methods - what the opened component must be able to do
 * @throws ComponentLoadError when the module, the export, its `open` or a method is missing, or when `open` fails
 */
export async function loadComponent<Component extends object>(
  key: string,
  component: CustomComponent,
  methods: readonly (keyof Component & string)[],
  context: Omit<ComponentContext, "config">,
): Promise<Component> {
  const { module, className } = component;
  const where = `${key} in dagster.yaml names ${className} of ${module}`;
  const exports = await importModule(module, context.home, where);
  const found = exports[className];
  if (found === undefined) {
    const names = Object.keys(exports).sort().join(", ");
    throw new ComponentLoadError(`${where}, which has no such export; it has ${names === "" ? "none" : names}`);
  }
  if (!canOpen(found)) throw new ComponentLoadError(`${where}, which has no function open(context)`);
  let opened: unknown;
  try {
    opened = await found.open({ ...context, config: component.config });
  } catch (error) {
    throw new ComponentLoadError(`${where}, which failed to open: ${(error as Error).message}`, { cause: error });
  }
  const missing = methods.filter(
    (method) => typeof (opened as Record<string, unknown> | null | undefined)?.[method] !== "function",
  );
  if (missing.length > 0)
    throw new ComponentLoadError(`${where}, which opened something without ${missing.map((method) => `${method}()`).join(", ")}`);
  return opened as Component;
}

async function importModule(module: string, home: string, where: string): Promise<Record<string, unknown>> {
  const isPath = isAbsolute(module) || module.startsWith("./") || module.startsWith("../");
  try {
    const target = isPath ? pathToFileURL(resolve(home, module)).href : packageEntry(module, home);
    return (await import(target)) as Record<string, unknown>;
  } catch (error) {
    const code = errorCode(error);
    const isMissing = code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
    const reason = !isMissing
      ? `which fails to load: ${(error as Error).message}`
      : isPath
        ? `and there is no file ${resolve(home, module)}`
        : `which is neither installed as an npm package nor known here; a path begins with ./ and is relative to ${home}`;
    throw new ComponentLoadError(`${where}, ${reason}`, { cause: error });
  }
}

/** An npm package's entry, as seen from the home and from where the process was started. */
function packageEntry(name: string, home: string): string {
  for (const directory of [home, process.cwd()]) {
    try {
      return pathToFileURL(createRequire(join(directory, "package.json")).resolve(name)).href;
    } catch (error) {
      // Packages that offer only an "import" entry are left to the import itself.
      if (errorCode(error) !== "MODULE_NOT_FOUND") break;
    }
  }
  return name;
}

const canOpen = (value: unknown): value is ComponentExport =>
  (typeof value === "function" || (typeof value === "object" && value !== null)) &&
  "open" in value &&
  typeof value.open === "function";
