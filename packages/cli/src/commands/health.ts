import { hostname } from "node:os";
import type { Command } from "commander";
import { type CommandContext, homeOf } from "../context.ts";
import { parsePort } from "../options.ts";
import { addExample } from "./answer-options.ts";

/** Probes for containers: exit code 0 when the service is well. The webserver has `/readyz`. */
export function addHealthCommand(program: Command, context: CommandContext): void {
  const group = program.command("health").description("exit with 0 when a service is well, for container probes");
  addExample(group, "health daemon");
  const daemon = group
    .command("daemon")
    .description("whether this host's daemon has given a sign of life in the last half minute");
  addExample(daemon, "health daemon").action(async () => {
    const [{ openInstance }, { isAlive }] = await Promise.all([import("@dagwright/instance"), import("@dagwright/storage")]);
    const options = { env: context.env, role: "cli", listen: false, maxConnections: 1, retryForMs: 2_000 } as const;
    await using instance = await openInstance({ ...options, home: homeOf(context) }, new AbortController().signal);
    const own = (await instance.storage.daemons.heartbeats()).filter(({ holder }) => holder.startsWith(`daemon:${hostname()}:`));
    const alive = own.filter(isAlive);
    say(alive.length > 0, alive.length > 0 ? `${alive.length} loops are alive` : `no daemon of ${hostname()} is alive`);
  });
  const codeLocation = group
    .command("code-location")
    .description("whether a code-location server serves")
    .option("-h, --host <host>", "its address", "127.0.0.1")
    .option("-p, --port <port>", "its port", parsePort, 4000);
  addExample(codeLocation, "health code-location -p 4000").action(
    async ({ host, port }: { readonly host: string; readonly port: number }) => {
      const { createCodeLocationClient } = await import("@dagwright/rpc");
      await using client = createCodeLocationClient({ address: `${host}:${port}` });
      const serves = await client.checkHealth();
      say(serves, serves ? "it serves" : `${host}:${port} does not serve its definitions`);
    },
  );
}

function say(isWell: boolean, what: string): void {
  console.log(what);
  if (!isWell) process.exitCode = 1;
}
