/** The `code` of a system's or a driver's error, such as ENOENT or 28P01; undefined where it has none. */
export function errorCode(error: unknown): string | undefined {
  const code: unknown = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}
