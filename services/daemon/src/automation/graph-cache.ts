import { AutomationGraph } from "@dagwright/automation";
import { assetKeyToString, type AssetSnapshot, type CodeLocationName } from "@dagwright/model";
import type { LocationEntry, Workspace } from "@dagwright/workspace";

/** The graph of a location, and what it was made from. */
export interface LocationGraph {
  readonly graph: AutomationGraph;
  /** Changes with the code of any location that describes a part of it. */
  readonly code: string;
}

/** Graphs of code locations, made once for each state of their code. */
export class GraphCache {
  readonly #graphs = new Map<CodeLocationName, LocationGraph>();

  get(entry: LocationEntry, workspace: Pick<Workspace, "entries">): LocationGraph {
    const { snapshot } = entry;
    if (snapshot === null) throw new RangeError(`Nothing is known of code location "${entry.name}"`);
    const external = new Set(snapshot.assets.flatMap(({ key, isExecutable }) => (isExecutable ? [] : [assetKeyToString(key)])));
    const others = new Map<string, AssetSnapshot>();
    const codes = [entry.snapshotId ?? ""];
    for (const other of external.size === 0 ? [] : workspace.entries()) {
      if (other.name === entry.name || other.snapshot === null) continue;
      const found = other.snapshot.assets.filter(({ key, isExecutable }) => isExecutable && external.has(assetKeyToString(key)));
      for (const asset of found) others.set(assetKeyToString(asset.key), asset);
      if (found.length > 0) codes.push(other.snapshotId ?? "");
    }
    const code = codes.join(" ");
    const known = this.#graphs.get(entry.name);
    if (known?.code === code) return known;
    const made = { graph: new AutomationGraph(snapshot, others), code };
    this.#graphs.set(entry.name, made);
    return made;
  }
}
