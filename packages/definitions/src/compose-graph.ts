import type { Tags } from "@dagwright/model";
import { brand } from "./brand.ts";
import { checkComposable, compose } from "./composition.ts";
import type { DefinitionSite } from "./definition-site.ts";
import { ForeignHandleError, WiringError } from "./errors.ts";
import type { GraphDefinition, GraphOutput } from "./graph.ts";
import { refuseTestedHandles } from "./handle-conditions.ts";
import { type Handle, handleTarget, makeHandle } from "./handle.ts";
import { checkName } from "./names.ts";
import type { InputDefinition } from "./op.ts";

interface GraphParts {
  readonly label: string;
  readonly name: string;
  readonly site: DefinitionSite;
  readonly ins: readonly InputDefinition[];
  readonly description: string | null;
  readonly tags: Tags;
  readonly body: (inputs: never) => unknown;
  /** The function as the user wrote it, when `body` wraps it. */
  readonly source?: (...args: never[]) => unknown;
}

/** Runs a composing function and makes the graph of it. Jobs use it too, for their root graph. */
export function composeGraph({ label, name, site, ins, description, tags, body, source = body }: GraphParts): GraphDefinition {
  checkComposable(label, source, site);
  const { nodes, returned, composition, calls } = compose(label, site, (own) => {
    const handle = (input: InputDefinition): readonly [string, Handle<unknown>] => [
      input.name,
      makeHandle({
        composition: own,
        source: { kind: "graphInput", input: input.name },
        label: `the handle of input "${input.name}" of ${label}`,
        ...(input.isOrderOnly && { isNothing: true }),
      }),
    ];
    return body(Object.freeze(Object.fromEntries(ins.map(handle))) as never);
  });
  refuseTestedHandles({ label, body: source, calls });
  const isOneHandle = handleTarget(returned) !== undefined;
  const outs = outputsOf(label, returned, composition, site);
  return Object.freeze({
    ...brand("graph"),
    name,
    description,
    tags: Object.freeze({ ...tags }),
    ins: Object.freeze(ins),
    outs,
    returnsRecord: !isOneHandle,
    nodes,
    site,
  });
}

function outputsOf(label: string, returned: unknown, composition: object, site: DefinitionSite): readonly GraphOutput[] {
  if (returned === undefined || returned === null) return [];
  const isRecord = typeof returned === "object" && !handleTarget(returned) && !Array.isArray(returned);
  const entries: readonly (readonly [string, unknown])[] = isRecord ? Object.entries(returned) : [["result", returned]];
  return entries.map(([name, value]) => {
    const target = handleTarget(value);
    if (!target)
      throw new WiringError(
        `${label} returned something that is no handle${isRecord ? ` for "${name}"` : ""}. It may return a handle, a record of handles, or nothing`,
        site,
      );
    if (target.composition !== composition) throw new ForeignHandleError(target.label, `to the output of ${label}`, site);
    const { source, dynamic, collects, mappedOver, isNothing } = target;
    if (source.kind !== "output")
      throw new WiringError(`${label} returned its own input "${name}". An output must come from an op`, site);
    if (collects !== undefined)
      throw new WiringError(
        `${label} returned ${target.label}. Return what is to be collected, and collect it where the graph is used`,
        site,
      );
    if (mappedOver !== undefined && dynamic === undefined)
      throw new WiringError(`${label} returned ${target.label}, which is one of many. Return what \`map\` gives`, site);
    checkName("output", name, site, label);
    return Object.freeze({
      name,
      source: Object.freeze({ node: source.node, output: source.output }),
      ...(dynamic !== undefined && { isDynamic: true as const }),
      ...(isNothing && { isNothing }),
    });
  });
}
