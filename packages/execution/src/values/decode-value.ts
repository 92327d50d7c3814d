import { ValueUnreadableError } from "../errors.ts";
import { binaryTypeNamed, fromStoredBytes } from "./binary-type.ts";
import { valueFormatVersion } from "./encode-value.ts";
import { codecNamed } from "./value-codec.ts";

/**
 * Reads what {@link encodeValue} wrote.
 *
 * @throws ValueUnreadableError for bytes that are no such value or only a part of one, for a newer version of the format, and for
 * an instance whose codec is not registered in this process
 */
export function decodeValue(stored: Uint8Array): unknown {
  const file = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  const header = parseHeader(file);
  const jsonEnd = header.jsonStart + header.jsonBytes;
  const json: unknown = JSON.parse(file.toString("utf8", header.jsonStart, jsonEnd));
  return header.form === "plain" ? json : new Decoder(file.subarray(jsonEnd)).decode(json);
}

interface Header {
  readonly form: "plain" | "tagged";
  readonly jsonStart: number;
  readonly jsonBytes: number;
}

function parseHeader(file: Buffer): Header {
  const lineEnd = file.subarray(0, 200).indexOf("\n");
  const line = file.toString("latin1", 0, Math.max(lineEnd, 0));
  const version = /^dagwright-value\/(\d+) /.exec(line);
  if (version === null) throw new ValueUnreadableError("it does not start with the header of a Dagwright value");
  if (Number(version[1]) > valueFormatVersion) {
    throw new ValueUnreadableError(
      `it has version ${version[1]} of the format and this Dagwright reads up to ${valueFormatVersion}; upgrade it`,
    );
  }
  const fields = /^\S+ (plain|tagged) (\d+) (\d+)$/.exec(line);
  if (fields === null) throw new ValueUnreadableError("its header is damaged");
  const jsonBytes = Number(fields[2]);
  const wanted = lineEnd + 1 + jsonBytes + Number(fields[3]);
  if (file.byteLength !== wanted)
    throw new ValueUnreadableError(`it has ${file.byteLength} bytes where its header says ${wanted}`);
  return { form: fields[1] as Header["form"], jsonStart: lineEnd + 1, jsonBytes };
}

interface Tag {
  readonly $: string;
  readonly v?: unknown;
  readonly n?: unknown;
}

class Decoder {
  private readonly binaries: Buffer;
  /** Objects by the number under which the encoder met them; both walk in the same order. */
  private readonly objects: unknown[] = [];

  constructor(binaries: Buffer) {
    this.binaries = binaries;
  }

  decode(json: unknown): unknown {
    if (typeof json !== "object" || json === null) return json;
    if (Array.isArray(json)) {
      this.objects.push(json);
      for (let at = 0; at < json.length; at += 1) json[at] = this.decode(json[at]);
      return json;
    }
    if (Object.hasOwn(json, "$")) return this.decodeTag(json as Tag);
    this.objects.push(json);
    return this.decodeProperties(json as Record<string, unknown>);
  }

  private decodeTag(tag: Tag): unknown {
    const { v } = tag;
    switch (tag.$) {
      case "undefined":
        return undefined;
      case "number":
        return Number(v);
      case "bigint":
        return BigInt(v as string);
      case "ref":
        return this.objects[v as number];
      case "object":
        this.objects.push(v);
        return this.decodeProperties(v as Record<string, unknown>);
      case "nullPrototype": {
        const object = Object.setPrototypeOf(v, null) as Record<string, unknown>;
        this.objects.push(object);
        return this.decodeProperties(object);
      }
      case "sparseArray": {
        const array = this.met<unknown[]>([]);
        array.length = tag.n as number;
        for (const [at, inner] of v as [number, unknown][]) array[at] = this.decode(inner);
        return array;
      }
      case "Date":
        return this.met(new Date(v === null ? Number.NaN : (v as number)));
      case "Map": {
        const map = this.met(new Map<unknown, unknown>());
        for (const [key, inner] of v as [unknown, unknown][]) {
          const decodedKey = this.decode(key);
          map.set(decodedKey, this.decode(inner));
        }
        return map;
      }
      case "Set": {
        const set = this.met(new Set<unknown>());
        for (const inner of v as unknown[]) set.add(this.decode(inner));
        return set;
      }
      case "RegExp": {
        const [source, flags] = v as [string, string];
        return this.met(new RegExp(source, flags));
      }
      case "URL":
        return this.met(new URL(v as string));
      case "codec":
        return this.decodeByCodec(tag.n as string, v);
      default:
        return this.decodeBinary(tag);
    }
  }

  private decodeByCodec(name: string, encoded: unknown): unknown {
    const codec = codecNamed(name);
    if (codec === undefined) {
      throw new ValueUnreadableError(
        `it holds an instance of codec "${name}", which is not registered here; import the module that calls registerValueCodec`,
      );
    }
    const number = this.objects.push(undefined) - 1;
    const instance = codec.decode(this.decode(encoded));
    this.objects[number] = instance;
    return instance;
  }

  private decodeBinary(tag: Tag): unknown {
    const type = binaryTypeNamed(tag.$);
    if (type === undefined)
      throw new ValueUnreadableError(`it holds a ${tag.$}, which Node ${process.versions.node} does not have`);
    const [offset, length] = tag.v as [number, number];
    return this.met(fromStoredBytes(this.binaries.subarray(offset, offset + length), type));
  }

  private decodeProperties(properties: Record<string, unknown>): object {
    // Assigning to an own property named __proto__, which JSON.parse made, does not reach the setter.
    for (const key of Object.keys(properties)) properties[key] = this.decode(properties[key]);
    return properties;
  }

  private met<Value extends object>(value: Value): Value {
    this.objects.push(value);
    return value;
  }
}
