import { type ConfigError, showPath } from "./check-config.ts";
import type { ComposedNode } from "./composition.ts";
import type { ResolvedJob } from "./repository.ts";

/** Says of a missing or undefined input why it has to be given, or cannot be; other errors stay as they are. */
export function explainInputError(error: ConfigError, job: Pick<ResolvedJob, "nodes" | "inputValues">): ConfigError {
  const { path, reason } = error;
  const input = path.at(-1);
  if (input === "inputs" && reason === "FIELD_NOT_DEFINED" && (nodeAt(job.nodes, path.slice(0, -1))?.inputs.length ?? 0) > 0)
    return { ...error, message: `${showPath(path)}: all inputs are wired, and have their values from there` };
  if (path.at(-2) !== "inputs" || typeof input !== "string") return error;
  const isOfJob = path.length === 2;
  if (reason === "MISSING_REQUIRED_FIELD")
    return isOfJob ? error : { ...error, message: `${error.message}, since the op that makes it is not selected` };
  if (reason !== "FIELD_NOT_DEFINED") return error;
  const why = isOfJob ? ofJob(input, job.inputValues) : ofNode(input, nodeAt(job.nodes, path.slice(0, -2)));
  return why === null ? error : { ...error, message: `${showPath(path)}: ${why}` };
}

const ofJob = (input: string, values: Readonly<Record<string, unknown>>): string | null =>
  input in values ? "has its value in the job's `inputValues`, and run config cannot give another" : null;

const ofNode = (input: string, node: ComposedNode | undefined): string | null =>
  node?.inputs.some((wired) => wired.input === input && wired.sources.length > 0) === true
    ? "is wired, and has its value from there; run config gives only what nothing selected makes"
    : null;

/** The node that a path such as `ops.outer.ops.inner` leads to. */
function nodeAt(nodes: readonly ComposedNode[], path: ConfigError["path"]): ComposedNode | undefined {
  let within = nodes;
  let node: ComposedNode | undefined;
  for (let at = 1; at < path.length; at += 2) {
    node = within.find(({ name }) => name === path[at]);
    within = node !== undefined && "nodes" in node.definition ? node.definition.nodes : [];
  }
  return node;
}
