/** Where an instance's parts say what they do; the same shape as the storage's. */
export type InstanceLog = (
  level: "debug" | "info" | "warn" | "error",
  message: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;
