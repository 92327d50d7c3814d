import { writeSync } from "node:fs";
import { inspect } from "node:util";
import { SecretFilter } from "@dagwright/execution";
import type { SecretMask } from "@dagwright/model";

/**
 * Keeps secrets out of what this process's JavaScript writes to stdout and stderr from now on, last words of an uncaught exception
 * included. Other programs that inherit the streams write past it: steps that start some and give them secrets belong into step
 * workers, whose streams are filtered at their other end.
 *
 * @param exit - ends the process after an uncaught exception, as Node would have
 */
export function hideInOwnOutput(secrets: SecretMask, exit: (exitCode: number) => void): void {
  if (secrets.isEmpty) return;
  const filters = (["stdout", "stderr"] as const).map((name) => {
    const stream = process[name];
    const write = stream.write.bind(stream) as (chunk: Uint8Array, done?: (error?: Error | null) => void) => boolean;
    const filter = new SecretFilter(secrets);
    stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      const encoding = typeof rest[0] === "string" ? (rest[0] as BufferEncoding) : "utf8";
      const done = rest.find((one) => typeof one === "function") as ((error?: Error | null) => void) | undefined;
      const bytes = typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk;
      return write(filter.feed(bytes), done);
    }) as typeof stream.write;
    return { filter, write };
  });
  process.on("exit", () => {
    for (const { filter, write } of filters) write(filter.end());
  });
  // Node itself would write the error past the streams.
  process.on("uncaughtException", (error) => {
    if (process.listenerCount("uncaughtException") > 1) return;
    writeSync(process.stderr.fd, `${secrets.hide(inspect(error))}\n`);
    exit(1);
  });
}
