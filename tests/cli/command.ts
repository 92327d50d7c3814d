import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

export interface CommandOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A `dagwright` command under way. */
export interface StartedCommand {
  readonly child: ChildProcess;
  /** What it has written so far, stdout and stderr in the order of arrival. */
  output(): string;
  until(pattern: RegExp): Promise<string>;
  readonly result: Promise<CommandResult>;
}

const program = new URL("../../packages/cli/src/main.ts", import.meta.url).pathname;

/** Starts the command as a shell would, without a terminal. */
export function startCommand(args: readonly string[], { cwd, env = {} }: CommandOptions): StartedCommand {
  return start(process.execPath, [program, ...args], cwd, env);
}

export const runCommand = (args: readonly string[], options: CommandOptions): Promise<CommandResult> =>
  startCommand(args, options).result;

/** `script` as util-linux has it; that of other systems takes other options. */
export const hasPseudoTerminals = process.platform === "linux";

/** Starts the command in a pseudo-terminal. What it writes comes as one stream. */
export function startInTerminal(args: readonly string[], { cwd, env = {} }: CommandOptions, columns = 100): StartedCommand {
  const quoted = [process.execPath, program, ...args].map((arg) => `'${arg.replaceAll("'", `'\\''`)}'`).join(" ");
  const command = `stty cols ${columns}; exec ${quoted}`;
  return start("script", ["-qefc", command, "/dev/null"], cwd, { TERM: "xterm-256color", ...env });
}

function start(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): StartedCommand {
  // With CI set, Node takes every terminal for one without colours.
  const { CI: _, NO_COLOR: __, FORCE_COLOR: ___, NODE_OPTIONS: ____, DAGSTER_HOME: _____, ...inherited } = process.env;
  const child = spawn(command, args, { cwd, env: { ...inherited, ...env }, stdio: ["pipe", "pipe", "pipe"], detached: true });
  let stdout = "";
  let stderr = "";
  let output = "";
  const waiting = new Set<() => void>();
  const notice = (): void => waiting.forEach((check) => check());
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    output += text;
    notice();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    output += text;
    notice();
  });
  const result = once(child, "close").then(([exitCode]) => {
    notice();
    return { exitCode: exitCode as number | null, stdout, stderr };
  });
  return {
    child,
    output: () => output,
    result,
    until(pattern) {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const check = (): void => {
        const found = pattern.exec(output);
        if (found !== null) resolve(found[0]);
        else if (child.exitCode !== null) reject(new Error(`It ended without ${pattern}:\n${output}`));
      };
      const timer = setTimeout(() => reject(new Error(`Not within 60 s: ${pattern}\n${output}`)), 60_000);
      waiting.add(check);
      check();
      return promise.finally(() => {
        clearTimeout(timer);
        waiting.delete(check);
      });
    },
  };
}
