import type { LocationEntry, Workspace } from "@dagwright/workspace";

/** How long the workspace may take to notice what the reload answered; its news comes over a stream of its own. */
const noticeMs = 5_000;

/**
 * Loads a location's code as it lies on disk now. Code that does not load is told in the entry, not thrown.
 *
 * @returns the entry once this host knows the new state
 * @throws CodeLocationNotFoundError, CodeLocationUnreachableError
 */
export async function reloadLocation(name: string, workspace: Workspace, signal: AbortSignal): Promise<LocationEntry> {
  const state = await workspace.client(name).reload({ signal });
  const isKnown = (entry: LocationEntry): boolean =>
    entry.serverId === state.serverId &&
    entry.codeHash === state.codeHash &&
    entry.snapshotId === state.snapshotId &&
    (entry.loadError === null) === (state.loadError === null);
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(noticeMs)]);
  const { promise, resolve } = Promise.withResolvers<void>();
  using _ = workspace.onChange((entry) => {
    if (entry?.name === name && isKnown(entry)) resolve();
  });
  deadline.addEventListener("abort", () => resolve(), { once: true });
  if (!isKnown(workspace.location(name))) await promise;
  return workspace.location(name);
}
