import type { InstanceLog } from "@dagwright/instance";

/** For commands whose stdout is their answer. Only what a person should know. */
export const stderrLog: InstanceLog = (level, message) => {
  if (level !== "debug") console.error(message);
};
