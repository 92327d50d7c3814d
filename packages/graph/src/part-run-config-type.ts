import {
  canonicalJson,
  type ConfigFieldSnapshot,
  type ConfigTypeSnapshot,
  type GraphSnapshot,
  innerConfigTypes,
  type JobSnapshot,
  secretAny,
} from "@dagwright/model";
import { JobIndex } from "./job-index.ts";
import type { OpenInput, SelectedPart } from "./selected-part.ts";

/** A job's config types and the key of its whole run config's type. */
export type RunConfigTypes = Pick<JobSnapshot, "configTypes" | "runConfigType" | "mappedRunConfigType">;

type ShapeType = Extract<ConfigTypeSnapshot, { readonly fields: unknown }>;

const notSelected = "Not selected: what is given here is checked, and not used.";

/**
 * What run config says for a part of a job: nothing is required for what is not executed, nor for the resources that only that needs, and
 * the inputs that nothing selected makes are fields.
 */
export function runConfigTypeOfPart(job: JobSnapshot, part: SelectedPart): RunConfigTypes {
  const types = new Map(job.configTypes.map((type) => [type.key, type]));
  const index = JobIndex.of(job);
  const shapeAt = (key: string): ShapeType | null => {
    const type = types.get(key);
    return type !== undefined && "fields" in type ? type : null;
  };
  const add = (type: ShapeType, fields: readonly ConfigFieldSnapshot[]): string => {
    const key = `${type.kind === "shape" ? "Shape" : "Permissive"}.Part.${fingerprint(canonicalJson({ ...type, key: "", fields }))}`;
    types.set(key, { ...type, key, fields });
    return key;
  };
  /** The same field with other fields within it, and required when any of them is. */
  const refit = (
    field: ConfigFieldSnapshot,
    change: (shape: ShapeType) => readonly ConfigFieldSnapshot[],
  ): ConfigFieldSnapshot => {
    const shape = shapeAt(field.type);
    if (shape === null) return field;
    const fields = change(shape);
    return { ...field, type: add(shape, fields), isRequired: fields.some(({ isRequired }) => isRequired) };
  };
  const optional = (field: ConfigFieldSnapshot): ConfigFieldSnapshot => ({
    ...field,
    isRequired: false,
    description: notSelected,
  });

  /** The fields of a node, with these inputs among those that it has. */
  const withInputs = (
    fields: readonly ConfigFieldSnapshot[],
    open: ReadonlyMap<string, OpenInput>,
    secret: ReadonlySet<string>,
  ): readonly ConfigFieldSnapshot[] => {
    if (open.size === 0) return fields;
    types.set("Any", { kind: "any", key: "Any" });
    types.set(secretAny.key, secretAny);
    const known = fields.find(({ name }) => name === "inputs");
    const knownShape = known === undefined ? null : shapeAt(known.type);
    const inputs = [
      ...(knownShape?.fields.filter(({ name }) => !open.has(name)) ?? []),
      ...[...open].map(([name, { isRequired }]) => ({
        name,
        description: null,
        type: secret.has(name) ? secretAny.key : "Any",
        isRequired,
      })),
    ];
    const type = add(knownShape ?? { kind: "shape", key: "", fields: [] }, inputs);
    const field = { name: "inputs", description: null, type, isRequired: inputs.some(({ isRequired }) => isRequired) };
    return [...fields.filter(({ name }) => name !== "inputs"), field];
  };

  const nodeFields = (
    graph: GraphSnapshot | undefined,
    { fields }: ShapeType,
    path: readonly string[],
  ): readonly ConfigFieldSnapshot[] =>
    fields.map((field) => {
      const at = [...path, field.name];
      const node = graph === undefined ? undefined : index.node(graph, field.name);
      // A graph that maps its config has a field for that.
      if (node === undefined) return field;
      const inner = index.graphOf(node);
      const ins = (inner ?? index.op(node.definition))?.ins.filter(({ isOrderOnly }) => !isOrderOnly);
      const secret = new Set(ins?.filter(({ isSecret }) => isSecret).map(({ name }) => name));
      if (!part.has(at)) {
        const open = new Map(ins?.map(({ name }) => [name, { isRequired: false }]));
        return optional(refit(field, (shape) => withInputs(shape.fields, open, secret)));
      }
      return refit(field, (shape) => {
        const own = shape.fields.map((one) =>
          one.name === "ops" && inner !== undefined ? refit(one, (ops) => nodeFields(inner, ops, at)) : one,
        );
        return withInputs(own, part.openInputsOf(at), secret);
      });
    });

  const { mappedRunConfigType } = job;
  const root = shapeAt(mappedRunConfigType ?? job.runConfigType);
  if (root === null) return job;
  const fields = root.fields.map((field) => {
    if (field.name === "ops") return refit(field, (shape) => nodeFields(index.root, shape, []));
    if (field.name === "inputs") {
      const open = part.openInputsOf([]);
      return refit(field, (shape) => shape.fields.map((one) => (open.get(one.name)?.isRequired === true ? one : optional(one))));
    }
    if (field.name !== "resources") return field;
    return refit(field, (shape) => shape.fields.map((one) => (part.resourceKeys.has(one.name) ? one : optional(one))));
  });
  const fitted = add(root, fields);
  // What a mapping takes is the same for every part.
  if (mappedRunConfigType !== undefined)
    return {
      runConfigType: job.runConfigType,
      mappedRunConfigType: fitted,
      configTypes: reachable([job.runConfigType, fitted], types),
    };
  return { runConfigType: fitted, configTypes: reachable([fitted], types) };
}

/** The types that some are made of, themselves included, sorted by key. */
function reachable(from: readonly string[], types: ReadonlyMap<string, ConfigTypeSnapshot>): readonly ConfigTypeSnapshot[] {
  const keys = new Set(from);
  // A set hands out what is added to it on the way.
  for (const key of keys) {
    const type = types.get(key);
    if (type === undefined) continue;
    for (const inner of innerConfigTypes(type)) keys.add(inner);
  }
  return [...keys].toSorted().flatMap((key) => types.get(key) ?? []);
}

/** Equal texts have equal ones. By FNV-1a in four lanes, each with a prime of its own, as nothing here may need Node's crypto. */
function fingerprint(text: string): string {
  const lanes = primes.map(() => 0x811c9dc5);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    for (let lane = 0; lane < primes.length; lane += 1) lanes[lane] = Math.imul(lanes[lane]! ^ code, primes[lane]!);
  }
  return lanes.map((lane) => (lane >>> 0).toString(16).padStart(8, "0")).join("");
}

const primes = [0x01000193, 0x0100019d, 0x010001a5, 0x010001b1];
