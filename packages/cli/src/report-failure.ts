import { styleText } from "node:util";
import { DomainError } from "@dagwright/model";
import { CommanderError } from "commander";
import { UsageError } from "./errors.ts";

/**
 * Says on stderr what went wrong, without a stack where the message says what to do, and returns the exit code: 2 for wrong usage, 130
 * after Ctrl-C, 1 for everything else.
 *
 * @param withStack - show the stack of an expected failure too
 */
export function reportFailure(error: unknown, withStack: boolean): number {
  if (error instanceof Error && error.message === "stopping: SIGINT") return 130;
  // Commander has said what it had to: help and version are no failure, everything else is wrong usage.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const isExpected = error instanceof DomainError;
  const text =
    error instanceof Error ? (isExpected && !withStack ? error.message : (error.stack ?? error.message)) : String(error);
  console.error(`${styleText("red", "error:", { stream: process.stderr })} ${text}`);
  if (isExpected && error.cause instanceof Error && !text.includes(error.cause.message))
    console.error(`  because: ${error.cause.message}`);
  return error instanceof UsageError ? 2 : 1;
}
