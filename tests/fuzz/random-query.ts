import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from "graphql";

import type { Random } from "../chaos/random.ts";
import { type KnownValues, scalarValue } from "./known-values.ts";

/** An operation that fits the schema, with variables that fit it. */
export interface RandomQuery {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string;
}

type Kind = "query" | "mutation" | "subscription";
type Field = GraphQLField<unknown, unknown>;

/** Mutations that start processes, or have user code called: so many a second would be too much for any machine. */
const starting: ReadonlySet<string> = new Set([
  "reloadWorkspace",
  "reloadRepositoryLocation",
  "launchRun",
  "launchPipelineExecution",
  "launchMultipleRuns",
  "launchRunReexecution",
  "launchPipelineReexecution",
  "scheduleDryRun",
  "sensorDryRun",
]);

/** Those, and what would take the instance away from who asks after. */
const leftOut: ReadonlySet<string> = new Set([
  ...starting,
  "shutdownRepositoryLocation",
  // Throws, so that clients see how that looks.
  "test",
]);

const mostFields = 16;
const mostDepth = 5;

/** Writes one operation of a schema. */
export class QueryWriter {
  readonly #schema: GraphQLSchema;
  readonly #known: KnownValues;

  constructor(schema: GraphQLSchema, known: KnownValues) {
    this.#schema = schema;
    this.#known = known;
  }

  /** The same random numbers write the same query. */
  write(random: Random): RandomQuery {
    const kind = random.next() < 0.08 ? "mutation" : "query";
    return this.#write(kind, random, ({ name }) => !leftOut.has(name), kind === "mutation" ? 1 : random.between(1, 2));
  }

  writeSubscription(random: Random): RandomQuery {
    return this.#write("subscription", random, () => true, 1);
  }

  /** One of the mutations that start processes, or have user code called. */
  writeStart(random: Random): RandomQuery {
    return this.#write("mutation", random, ({ name }) => starting.has(name), 1);
  }

  #write(kind: Kind, random: Random, isWanted: (field: Field) => boolean, count: number): RandomQuery {
    const root = {
      query: this.#schema.getQueryType(),
      mutation: this.#schema.getMutationType(),
      subscription: this.#schema.getSubscriptionType(),
    }[kind] as GraphQLObjectType;
    const fields = Object.values(root.getFields()).filter(isWanted);
    const writing = new Writing(this.#schema, this.#known, random);
    const chosen = Array.from({ length: count }, (_, index) => writing.field(random.pick(fields), mostDepth, `r${index}`));
    return writing.operation(kind, root.name, chosen);
  }
}

class Writing {
  readonly #schema: GraphQLSchema;
  readonly #known: KnownValues;
  readonly #random: Random;
  readonly #declared: string[] = [];
  readonly #fragments: string[] = [];
  readonly #variables: Record<string, unknown> = {};
  #left = mostFields;

  constructor(schema: GraphQLSchema, known: KnownValues, random: Random) {
    this.#schema = schema;
    this.#known = known;
    this.#random = random;
  }

  operation(kind: string, rootName: string, fields: readonly string[]): RandomQuery {
    const random = this.#random;
    let selection = fields.join(" ");
    if (random.next() < 0.2) {
      this.#fragments.push(`fragment Root on ${rootName} { ${selection} }`);
      selection = "...Root";
    }
    const declared = this.#declared.length === 0 ? "" : `(${this.#declared.join(", ")})`;
    // A subscription has one field and no more.
    const operation = `${kind} Fuzz${declared} { ${kind === "subscription" ? "" : "__typename "}${selection} }`;
    return { query: [operation, ...this.#fragments].join("\n"), variables: this.#variables, operationName: "Fuzz" };
  }

  /** One field, its arguments and what is asked of its value. Its alias keeps fields of one name and other arguments apart. */
  field(field: GraphQLField<unknown, unknown>, depth: number, alias: string): string {
    this.#left -= 1;
    const random = this.#random;
    const args = field.args.flatMap((arg) => {
      const isNeeded = isNonNullType(arg.type) && arg.defaultValue === undefined;
      return isNeeded || random.next() < 0.6 ? [this.#argument(arg)] : [];
    });
    const call = args.length === 0 ? field.name : `${field.name}(${args.join(", ")})`;
    const directive = random.next() < 0.05 ? ` @${random.pick(["include", "skip"])}(if: ${random.next() < 0.5})` : "";
    const type = getNamedType(field.type);
    return `${alias}: ${call}${directive}${isCompositeType(type) ? ` ${this.#selection(type, depth - 1)}` : ""}`;
  }

  #selection(type: GraphQLCompositeType, depth: number): string {
    const random = this.#random;
    const parts = ["__typename"];
    // Fields of other members may have the same name and another type; an alias of its own keeps each from clashing.
    const fieldsOf = (owner: GraphQLCompositeType, prefix: string, most: number): string[] => {
      if (isUnionType(owner)) return [];
      const all = Object.values(owner.getFields());
      const possible = depth > 0 && this.#left > 0 ? all : all.filter((field) => !isCompositeType(getNamedType(field.type)));
      if (possible.length === 0) return [];
      return Array.from({ length: random.between(1, most) }, (_, index) =>
        this.#left <= -mostFields ? "__typename" : this.field(random.pick(possible), depth, `${prefix}${index}`),
      );
    };
    if (isObjectType(type)) parts.push(...fieldsOf(type, "f", 4));
    else {
      parts.push(...fieldsOf(type, "i", 2));
      const members = this.#schema.getPossibleTypes(type);
      const error = members.find(({ name }) => name === "PythonError");
      // By which one sees what failed unexpectedly.
      if (error !== undefined) parts.push("... on PythonError { unexpected: message }");
      for (const [index, member] of random.shuffled(members).slice(0, 3).entries()) {
        const inner = fieldsOf(member, `m${index}_`, 4).join(" ") || "__typename";
        if (random.next() < 0.3) {
          const name = `F${this.#fragments.length}`;
          this.#fragments.push(`fragment ${name} on ${member.name} { ${inner} }`);
          parts.push(`...${name}`);
        } else parts.push(`... on ${member.name} { ${inner} }`);
      }
    }
    return `{ ${parts.join(" ")} }`;
  }

  #argument(arg: GraphQLArgument): string {
    const value = this.#value(arg, arg.type);
    const name = `v${this.#declared.length}`;
    this.#declared.push(`$${name}: ${arg.type.toString()}`);
    this.#variables[name] = value;
    return `${arg.name}: $${name}`;
  }

  #value(place: GraphQLArgument | GraphQLInputField, type: GraphQLInputType): unknown {
    const random = this.#random;
    if (!isNonNullType(type) && random.next() < 0.1) return null;
    const inner = getNullableType(type);
    if (isListType(inner)) {
      // A key of an asset has parts; real ones are known as a whole.
      const whole = this.#known.byName[`${place.name}[]`];
      if (whole !== undefined && random.next() < 0.7) return random.pick(whole);
      const most = random.next() < 0.02 ? 300 : 3;
      return Array.from({ length: random.between(0, most) }, () => this.#value(place, inner.ofType));
    }
    if (isEnumType(inner)) return random.pick(inner.getValues()).name;
    if (isInputObjectType(inner)) {
      const fields = Object.values(inner.getFields()).filter(
        (field) => (isNonNullType(field.type) && field.defaultValue === undefined) || random.next() < 0.5,
      );
      return Object.fromEntries(fields.map((field) => [field.name, this.#value(field, field.type)]));
    }
    return scalarValue(inner.name, place.name, random, this.#known);
  }
}
