/**
 * Writes `src/gen` from the repository's `protos/`: each message as a type, each service as a table of its methods, and the descriptors
 * themselves, so that a running program neither finds nor parses `.proto` files.
 *
 *     node gen/generate.ts
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadSync, type MethodDefinition, type ServiceDefinition } from "@grpc/proto-loader";

interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly typeName: string;
}
interface Enum {
  readonly name: string;
  readonly value: readonly { readonly name: string }[];
}
interface Message {
  readonly name: string;
  readonly field: readonly Field[];
  readonly nestedType: readonly Message[];
  readonly enumType: readonly Enum[];
}

const root = join(import.meta.dirname, "../../..");
const target = join(import.meta.dirname, "../src/gen");
const files = [
  { proto: "dagwright/v1/code_location.proto", name: "code-location" },
  { proto: "grpc/health/v1/health.proto", name: "health" },
];
const header = "// Made from protos/ by `pnpm gen`; not edited by hand.\n\n";

mkdirSync(target, { recursive: true });
const descriptors: string[] = [];
for (const { proto, name } of files) {
  const definitions = loadSync(proto, { includeDirs: [join(root, "protos")], enums: String });
  const parts: string[] = [];
  for (const [fullName, definition] of Object.entries(definitions)) {
    if ("format" in definition) {
      if (!isTopLevel(fullName, proto)) continue;
      if ("serialize" in definition) parts.push(messageType(definition.type as Message, ""));
      else parts.push(enumType(definition.type as Enum, ""));
    } else {
      parts.push(serviceType(fullName, definition as ServiceDefinition));
    }
  }
  writeFileSync(join(target, `${name}.ts`), header + parts.join("\n"));
  const first = Object.values(definitions).find((definition) => "fileDescriptorProtos" in definition);
  const buffers = (first as { fileDescriptorProtos: Buffer[] }).fileDescriptorProtos;
  descriptors.push(
    `/** A serialized \`FileDescriptorSet\` of ${proto}. */\nexport const ${camel(name.replaceAll("-", "_"))}Descriptor =\n  "${descriptorSet(buffers).toString("base64")}";\n`,
  );
}
writeFileSync(join(target, "descriptors.ts"), header + descriptors.join("\n"));

/** Nested types are written with the message around them. */
function isTopLevel(fullName: string, proto: string): boolean {
  return fullName.split(".").length === proto.split("/").length;
}

function messageType(message: Message, prefix: string): string {
  const name = prefix + message.name;
  const nested = [
    ...message.enumType.map((inner) => enumType(inner, name)),
    ...message.nestedType.map((inner) => messageType(inner, name)),
  ];
  const fields = message.field.map((field) => `  readonly ${camel(field.name)}: ${fieldType(field, message, name)};\n`);
  const body =
    fields.length === 0
      ? `export type ${name} = Readonly<Record<string, never>>;\n`
      : `export interface ${name} {\n${fields.join("")}}\n`;
  return [body, ...nested].join("\n");
}

function enumType({ name, value }: Enum, prefix: string): string {
  return `export type ${prefix}${name} = ${value.map((one) => JSON.stringify(one.name)).join(" | ")};\n`;
}

function fieldType({ label, type, typeName }: Field, parent: Message, parentName: string): string {
  const isNested = [...parent.enumType, ...parent.nestedType].some(({ name }) => name === typeName);
  const one = (isNested ? parentName : "") + scalarType(type, typeName);
  return label === "LABEL_REPEATED" ? `readonly ${one}[]` : type === "TYPE_MESSAGE" ? `${one} | null` : one;
}

function scalarType(type: string, typeName: string): string {
  switch (type) {
    case "TYPE_STRING":
      return "string";
    case "TYPE_BOOL":
      return "boolean";
    case "TYPE_BYTES":
      return "Buffer";
    case "TYPE_MESSAGE":
    case "TYPE_ENUM":
      return typeName;
    case "TYPE_DOUBLE":
    case "TYPE_FLOAT":
    case "TYPE_INT32":
    case "TYPE_UINT32":
    case "TYPE_INT64":
    case "TYPE_UINT64":
      return "number";
    default:
      throw new Error(`No TypeScript type is known for ${type}`);
  }
}

function serviceType(fullName: string, service: ServiceDefinition): string {
  const name = fullName.split(".").at(-1) ?? fullName;
  const methods = Object.entries(service).map(([method, definition]: [string, MethodDefinition<object, object>]) => {
    const typeName = (type: object): string => (type as { type: Message }).type.name;
    const key = method.slice(0, 1).toLowerCase() + method.slice(1);
    return `  readonly ${key}: { readonly request: ${typeName(definition.requestType)}; readonly response: ${typeName(definition.responseType)}; readonly streams: ${definition.responseStream} };\n`;
  });
  return `/** The methods of \`${fullName}\`; \`streams\` when the answer is a stream. */\nexport interface ${name}Methods {\n${methods.join("")}}\n`;
}

function camel(snake: string): string {
  return snake.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** `FileDescriptorSet { repeated FileDescriptorProto file = 1; }` on the wire. */
function descriptorSet(protos: readonly Buffer[]): Buffer {
  return Buffer.concat(protos.flatMap((proto) => [Buffer.from([0x0a]), varint(proto.length), proto]));
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}
