import { UnusableIoManagerError } from "../errors.ts";
import type { ResourceSource } from "../resources/resource-scope.ts";
import { type InputManager, type IoManager, isInputManager, isIoManager } from "./io-manager.ts";

export interface IoManagerSources {
  readonly resources: ResourceSource;
  /** Serves keys that no resource has; null when there is none of that key. */
  readonly ioManager: (key: string) => IoManager | null;
  /** Values must be readable by other processes. */
  readonly acrossProcesses: boolean;
  /** Called right before user code gets the thread, perhaps for long: what was emitted should be under way. */
  readonly beforeUserCode?: () => void;
}

/**
 * The I/O manager of a key, about to be used: the resource of that name, else the instance's.
 *
 * @throws UnusableIoManagerError
 */
export function usableIoManager(sources: IoManagerSources, key: string): IoManager {
  const manager = managerOf(sources, key);
  if (!isIoManager(manager))
    throw new UnusableIoManagerError(key, "is a resource without the methods `handleOutput` and `loadInput`");
  return manager;
}

/**
 * The same for a manager that only has to load.
 *
 * @throws UnusableIoManagerError
 */
export function usableInputManager(sources: IoManagerSources, key: string): InputManager {
  const manager = managerOf(sources, key);
  if (!isInputManager(manager)) throw new UnusableIoManagerError(key, "is a resource without the method `loadInput`");
  return manager;
}

function managerOf({ resources, ioManager, acrossProcesses, beforeUserCode }: IoManagerSources, key: string): unknown {
  const isUsers = resources.has(key);
  if (isUsers) beforeUserCode?.();
  const manager: unknown = isUsers ? resources.get(key) : ioManager(key);
  if (manager === null || manager === undefined)
    throw new UnusableIoManagerError(
      key,
      "is not defined; add a resource of that name to `definitions`, or correct `ioManagerKey`",
    );
  if (acrossProcesses && isInputManager(manager) && manager.isProcessLocal === true) {
    throw new UnusableIoManagerError(
      key,
      "keeps values in the memory of one process, and this job's executor uses several; choose inProcessExecutor or another I/O manager",
    );
  }
  return manager;
}
