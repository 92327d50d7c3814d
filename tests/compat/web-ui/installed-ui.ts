import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** The folder of Dagster's built web UI, as its package was installed. */
export function installedUi(python: string): string {
  const program = "import dagster_webserver, os; print(os.path.dirname(dagster_webserver.__file__))";
  return join(execFileSync(python, ["-c", program], { encoding: "utf8" }).trim(), "webapp/build");
}
