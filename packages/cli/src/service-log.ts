import type { InstanceLog } from "@dagwright/instance";
import { type Logger, pino } from "pino";
import pretty from "pino-pretty";
import type { LogFormat } from "./log-format.ts";

export interface ServiceLogOptions {
  readonly format: LogFormat;
  /** Pino's level names. Default `info`. */
  readonly level?: string;
}

/** A service's log on stdout: for people, or one JSON document per line for collectors. */
export function createServiceLog({ format, level = "info" }: ServiceLogOptions): Logger {
  if (format === "json") return pino({ level, base: null });
  return pino(
    { level, base: null },
    pretty({
      colorize: format === "colored",
      ignore: "pid,hostname",
      translateTime: "SYS:HH:MM:ss",
      singleLine: true,
      hideObject: false,
      sync: true,
    }),
  );
}

/** The log in the shape that storage and instance call. */
export const toInstanceLog =
  (log: Logger): InstanceLog =>
  (level, message, fields) =>
    log[level](fields ?? {}, message);
