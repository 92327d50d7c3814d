#!/usr/bin/env node
/**
 * The code-location server as a program; `dagwright code-location start` is the same with defaults from the project.
 *
 *     DAGWRIGHT_HOME=… main.ts --name numbers --file src/definitions.ts --listen unix:/run/numbers.sock
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { CodeTarget } from "./code-target.ts";
import { startCodeLocationServer } from "./code-location-server.ts";

const text = { type: "string" } as const;
const { values } = parseArgs({
  options: {
    home: text,
    name: text,
    file: text,
    package: text,
    attribute: text,
    "working-directory": text,
    listen: { ...text, default: "127.0.0.1:4000" },
    "tls-cert": text,
    "tls-key": text,
    "tls-client-ca": text,
    insecure: { type: "boolean", default: false },
    "no-watch": { type: "boolean", default: false },
  },
});

const required = (value: string | undefined, what: string): string => {
  if (value !== undefined && value !== "") return value;
  process.stderr.write(`${what} is missing\n`);
  process.exit(2);
};
const attribute = values.attribute === undefined ? {} : { attribute: values.attribute };
const workingDirectory = values["working-directory"];
const target: CodeTarget =
  values.package === undefined
    ? {
        kind: "ts_file",
        file: required(values.file, "--file or --package"),
        ...attribute,
        ...(workingDirectory !== undefined && { workingDirectory }),
      }
    : { kind: "ts_package", package: values.package, ...attribute, workingDirectory: workingDirectory ?? process.cwd() };
const token = process.env["DAGWRIGHT_CODE_LOCATION_TOKEN"];
const { "tls-cert": cert, "tls-key": key, "tls-client-ca": clientCa } = values;

const ended = Promise.withResolvers<void>();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => ended.resolve());

const server = await startCodeLocationServer({
  onShutdown: () => ended.resolve(),
  home: required(values.home ?? process.env["DAGWRIGHT_HOME"] ?? process.env["DAGSTER_HOME"], "--home or DAGWRIGHT_HOME"),
  locationName: required(values.name, "--name"),
  target,
  listen: values.listen,
  environment: process.env,
  watch: !values["no-watch"],
  insecure: values.insecure,
  ...(token !== undefined && token !== "" && { token }),
  ...(cert !== undefined &&
    key !== undefined && {
      tls: {
        cert: readFileSync(cert),
        key: readFileSync(key),
        ...(clientCa !== undefined && { clientCa: readFileSync(clientCa) }),
      },
    }),
});

await ended.promise;
await server[Symbol.asyncDispose]();
process.exit(0);
