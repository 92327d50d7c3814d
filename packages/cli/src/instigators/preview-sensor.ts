import type { CommandContext } from "../context.ts";
import { findDefinition } from "../projects/find-definition.ts";
import { processTerminal } from "../terminal/terminal.ts";
import { connect } from "../webserver-client/connect.ts";
import { deployedSensors } from "../webserver-client/deployed-definitions.ts";
import { dryRunSensor } from "../webserver-client/dry-run-sensor.ts";
import type { InstigatorOptions } from "./switch-instigators.ts";

/**
 * Evaluates a sensor of a deployment and shows what its tick would come to.
 *
 * @throws UsageError for a name that there is not, RefusedError
 */
export async function previewSensor(
  name: string,
  options: InstigatorOptions & { readonly cursor?: string },
  context: CommandContext,
): Promise<void> {
  const client = connect(options, context);
  const terminal = processTerminal();
  const known = await deployedSensors(client, (message) => terminal.complain("warning", message));
  const found = findDefinition("sensor", name, known, options.location);
  const tick = await dryRunSensor(client, found, options.cursor ?? found.cursor);
  if (tick.error !== null) process.exitCode = 1;
  if (options.json) return terminal.json(tick);
  if (tick.error !== null) return terminal.complain("error", `sensor ${name} fails: ${tick.error.trim()}`);
  for (const { jobName, runKey, partition } of tick.runRequests) {
    const details = [runKey === null ? "" : `run key ${runKey}`, partition === null ? "" : `partition ${partition}`].filter(
      Boolean,
    );
    terminal.print(`run of ${jobName}${details.length === 0 ? "" : `: ${details.join(", ")}`}`);
  }
  for (const { kind, name: partitions, keys } of tick.dynamicPartitions)
    terminal.print(`${kind === "add" ? "add to" : "delete from"} partitions ${partitions}: ${keys.join(", ")}`);
  if (tick.runRequests.length === 0) terminal.print(`no run${tick.skipReason === null ? "" : `: ${tick.skipReason}`}`);
  if (tick.cursor !== null) terminal.note(`Its cursor would be ${tick.cursor}`);
}
