import { type MethodDefinition, type ServiceDefinition } from "@grpc/grpc-js";
import { loadFileDescriptorSetFromBuffer } from "@grpc/proto-loader";
import type { CodeLocationMethods } from "./gen/code-location.ts";
import { codeLocationDescriptor, healthDescriptor } from "./gen/descriptors.ts";
import type { HealthMethods } from "./gen/health.ts";

type Definitions<Methods> = {
  readonly [Name in keyof Methods]: Methods[Name] extends { readonly request: infer Request; readonly response: infer Response }
    ? MethodDefinition<Request, Response>
    : never;
};

/** The methods of `dagwright.v1.CodeLocation`, with their serializers. */
export const codeLocationService = service<CodeLocationMethods>(codeLocationDescriptor, "dagwright.v1.CodeLocation");
/** The methods of `grpc.health.v1.Health`, with their serializers. */
export const healthService = service<HealthMethods>(healthDescriptor, "grpc.health.v1.Health");

/** Where this meets grpc-js: there a service is a record of methods by their names in the proto. */
function service<Methods>(descriptor: string, name: string): Definitions<Methods> {
  const definitions = loadFileDescriptorSetFromBuffer(Buffer.from(descriptor, "base64"), {
    longs: Number,
    enums: String,
    defaults: true,
    arrays: true,
  });
  const methods = Object.entries(definitions[name] as ServiceDefinition);
  return Object.fromEntries(
    methods.map(([key, method]) => [key.slice(0, 1).toLowerCase() + key.slice(1), method]),
  ) as Definitions<Methods>;
}
