import { styleText } from "node:util";
import { codeLocationName } from "@dagwright/model";
import { startDev } from "../dev/dev.ts";
import { LinePrefix } from "../dev/line-prefix.ts";
import { printFollowedRun } from "../follow-run.ts";
import { onShutdown } from "../shutdown.ts";
import { launchRun } from "../webserver-client/launch-run.ts";
import { createWebserverClient } from "../webserver-client/webserver-client.ts";

export interface QuickstartOptions {
  /** The example's definitions. */
  readonly file: string;
  readonly project: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** End after the run instead of staying up. */
  readonly once: boolean;
  readonly port?: number;
}

/**
 * Starts everything for the example, launches its job through GraphQL as any client would, shows its steps, and stays up until Ctrl-C.
 *
 * @returns the exit code: 0 when the run succeeded
 */
export async function quickstart({ file, project, home, env, once, port }: QuickstartOptions): Promise<number> {
  using shutdown = onShutdown();
  const prefix = new LinePrefix({ useColor: process.stdout.isTTY, width: 9 });
  const print = (name: string, line: string): void => console.log(prefix.format(name, line));

  const target = { kind: "ts_file" as const, name: codeLocationName("numbers"), file, workingDirectory: project };
  const logArguments = ["--log-format", "plain", "--log-level", "warn"];
  await using dev = await startDev(
    { targets: [target], home, env, host: "127.0.0.1", print, logArguments, ...(port !== undefined && { port }) },
    shutdown.signal,
  );

  const client = createWebserverClient(dev.url);
  const run = await launchRun(client, { location: "numbers", job: "process_numbers" }, { signal: shutdown.signal });
  print("run", `launched process_numbers as run ${run.runId}`);
  const status = await printFollowedRun(client, run.runId, (line) => print("run", line), shutdown.signal);
  if (status !== null) print("run", styleText(status === "SUCCESS" ? "green" : "red", `process_numbers: ${status}`));
  if (!once && !shutdown.signal.aborted) {
    print("dev", `Dagwright is at ${styleText("bold", dev.url)}  (Ctrl-C stops everything)`);
    await shutdown.requested;
    print("dev", "stopping; Ctrl-C again ends at once");
  }
  return status === "SUCCESS" ? 0 : 1;
}
