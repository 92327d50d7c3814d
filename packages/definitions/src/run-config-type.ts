import type { ConfigFieldSnapshot, ExecutorSnapshot } from "@dagwright/model";
import type { ComposedNode } from "./composition.ts";
import { opLabel } from "./composition.ts";
import { acceptsNoConfig, configTypeOf } from "./config-schema.ts";
import { configField, type ConfigTypes } from "./config-types.ts";
import { executorConfigType } from "./executors/executor-config.ts";
import type { GraphDefinition } from "./graph.ts";
import { marksSecret } from "./input-value.ts";
import type { LoggerDefinition } from "./logger.ts";
import type { InputDefinition, OpDefinition } from "./op.ts";
import type { ResourceDefinition } from "./resource.ts";

interface Parts {
  readonly nodes: readonly ComposedNode[];
  /** The graph that the nodes are of; null for a job of assets. */
  readonly graph: GraphDefinition | null;
  /** Inputs of the graph that run config gives. */
  readonly inputs: readonly InputDefinition[];
  readonly executor: ExecutorSnapshot;
  readonly resources: Iterable<ResourceDefinition>;
  readonly loggers: Iterable<LoggerDefinition>;
}

/** Describes a job's whole run config: `inputs` of its graph, `ops`, `resources`, `execution`, `loggers`. Returns the type's key. */
export function runConfigTypeOf({ nodes, graph, inputs, executor, resources, loggers }: Parts, types: ConfigTypes): string {
  const values = inputs
    .filter(({ isOrderOnly }) => !isOrderOnly)
    .map(({ name, description, schema }) => configField(name, types.any(marksSecret(schema)), { isRequired: true, description }));
  const ops = graph?.configMapping === undefined ? nodes.map((node) => nodeField(node, types)) : graphConfigFields(graph, types);
  const resourceFields = [...resources].map((one) => {
    const fields = one.config
      ? [ownConfigField(one.config, configTypeOf(one.config, { label: `resource "${one.name}"`, site: one.site }, types))]
      : [];
    return parentField(one.name, fields, types, one.description);
  });
  // Naming a logger is what turns it on, so none is required.
  const ownLoggers = [...loggers].map((one) => {
    const fields = one.config
      ? [ownConfigField(one.config, configTypeOf(one.config, { label: `logger "${one.name}"`, site: one.site }, types))]
      : [];
    return configField(one.name, types.shape(fields), { description: one.description });
  });
  const loggerConfig = types.shape([
    configField("log_level", types.scalar("String"), { defaultValue: "INFO" }),
    configField("name", types.scalar("String"), { defaultValue: "dagwright" }),
  ]);
  return types.shape([
    ...(values.length === 0 ? [] : [parentField("inputs", values, types)]),
    parentField("ops", ops, types),
    parentField("resources", resourceFields, types),
    parentField("execution", [configField("config", executorConfigType(executor, types))], types),
    parentField("loggers", [configField("console", types.shape([configField("config", loggerConfig)])), ...ownLoggers], types),
  ]);
}

/** A field that is required when any of its own fields is. */
function parentField(
  name: string,
  fields: readonly ConfigFieldSnapshot[],
  types: ConfigTypes,
  description: string | null = null,
): ConfigFieldSnapshot {
  return configField(name, types.shape(fields), { isRequired: fields.some((field) => field.isRequired), description });
}

const ownConfigField = (schema: Parameters<typeof acceptsNoConfig>[0], type: string): ConfigFieldSnapshot =>
  configField("config", type, { isRequired: !acceptsNoConfig(schema) });

function nodeField(node: ComposedNode, types: ConfigTypes): ConfigFieldSnapshot {
  const { definition } = node;
  if ("nodes" in definition && definition.configMapping !== undefined)
    return parentField(node.name, graphConfigFields(definition, types), types, definition.description);
  if ("nodes" in definition)
    return parentField(
      node.name,
      [
        parentField(
          "ops",
          definition.nodes.map((inner) => nodeField(inner, types)),
          types,
        ),
      ],
      types,
      definition.description,
    );
  return parentField(
    node.name,
    [...opConfigFields(definition, types), ...unwiredInputs(node, types)],
    types,
    definition.description,
  );
}

/** Of a graph that maps its config. */
function graphConfigFields({ name, site, configMapping }: GraphDefinition, types: ConfigTypes): readonly ConfigFieldSnapshot[] {
  if (configMapping === undefined) return [];
  const { config } = configMapping;
  return [ownConfigField(config, configTypeOf(config, { label: `graph "${name}"`, site }, types))];
}

function opConfigFields(definition: OpDefinition, types: ConfigTypes): readonly ConfigFieldSnapshot[] {
  if (!definition.config) return [];
  return [
    ownConfigField(
      definition.config,
      configTypeOf(definition.config, { label: opLabel(definition), site: definition.site }, types),
    ),
  ];
}

/** Inputs that nothing is wired to have a default; run config may give another value. */
function unwiredInputs(node: ComposedNode, types: ConfigTypes): readonly ConfigFieldSnapshot[] {
  const names = new Set(node.inputs.filter((input) => input.sources.length === 0 && !input.isFanIn).map((input) => input.input));
  const fields = (node.definition as OpDefinition).ins
    .filter((input) => names.has(input.name) && !input.isOrderOnly)
    .map((input) => configField(input.name, types.any(marksSecret(input.schema))));
  return fields.length === 0 ? [] : [configField("inputs", types.shape(fields))];
}
