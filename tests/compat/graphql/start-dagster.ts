import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Server } from "./frame/server.ts";

export interface DagsterServer extends Server, AsyncDisposable {
  /** Where the same instance is served read-only. */
  readonly readOnlyUrl: string;
}

export interface DagsterOptions {
  /** Where its one code location is served by somebody else. Default: it serves the projects itself. */
  readonly codeServerPort?: number;
}

/** Starts real Dagster with the projects, in an instance of its own in this folder. */
export async function startDagster(
  python: string,
  home: string,
  env: Readonly<Record<string, string>>,
  { codeServerPort }: DagsterOptions = {},
): Promise<DagsterServer> {
  const args = [
    join(import.meta.dirname, "dagster_peer.py"),
    join(import.meta.dirname, "projects"),
    home,
    ...(codeServerPort === undefined ? [] : [String(codeServerPort)]),
  ];
  const child = spawn(python, args, {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...env, DAGSTER_HOME: "", HOME: home, PYTHONDONTWRITEBYTECODE: "1", DAGSTER_DISABLE_TELEMETRY: "1" },
  });
  const complaints: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => complaints.push(line));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, "exit");
  const next = async <Answer>(): Promise<Answer> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`Dagster has ended:\n${complaints.slice(-40).join("\n")}`);
    return JSON.parse(value) as Answer;
  };
  const { url, readOnlyUrl } = await next<{ url: string; readOnlyUrl: string }>();
  return {
    name: "Dagster",
    url,
    readOnlyUrl,
    async pass(daemon) {
      child.stdin.write(`${JSON.stringify({ daemon })}\n`);
      const { problems } = await next<{ problems: readonly string[] }>();
      if (problems.length > 0) throw new Error(`Dagster's daemon ${daemon} failed:\n${problems.join("\n")}`);
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
    },
  };
}
