#!/usr/bin/env node
/**
 * The evaluator's program, forked by a code-location server: `fork(main, [--home DIR, --instance-home DIR])`, the second where it is another one, empty where there is no instance. It answers {@link EvaluatorMethods} over Node's IPC;
 * its stdout and stderr are the user's, for the server's log.
 */
import { enableCompileCache } from "node:module";
import { inspect, parseArgs } from "node:util";
import { compileCacheDirectory } from "../process/compile-cache.ts";
import { WorkerArgumentsError } from "../errors.ts";

process.title = "dagwright evaluator";
process.setSourceMapsEnabled(true);
const { values } = parseArgs({ strict: false, options: { home: { type: "string" }, "instance-home": { type: "string" } } });
// Before the large imports, so that they come out of it.
const home = typeof values["home"] === "string" ? values["home"] : null;
enableCompileCache(compileCacheDirectory(home));

const { createEvaluator } = await import("./evaluator.ts");
const { instanceOfEvaluator } = await import("./instance-of-evaluator.ts");
const { evaluatorServer } = await import("./evaluator-server.ts");

if (process.send === undefined) throw new WorkerArgumentsError("evaluator", "it has no IPC channel");
const elsewhere = values["instance-home"];
const instanceHome = typeof elsewhere !== "string" ? home : elsewhere === "" ? null : elsewhere;
const instance = instanceOfEvaluator(instanceHome, process.env);
const { handlers, locate } = createEvaluator({ environment: process.env, instance, hasInstance: instanceHome !== null });
process.on(
  "message",
  evaluatorServer({
    handlers,
    locate,
    reply: (reply) => {
      // The channel may have closed while user code was evaluated; the process ends then, see below.
      if (process.connected) process.send?.(reply);
    },
  }),
);
// Without its server an evaluator is of no use to anybody.
process.on("disconnect", () => process.exit(0));
// A promise that one schedule or sensor forgot must not end the evaluations of all others.
process.on("unhandledRejection", (reason) => {
  process.stderr.write(`Unhandled rejection in a schedule or sensor: ${inspect(reason)}\n`);
});
