import { StorageRefusedError } from "@dagwright/storage";
import type { ConnectionUrl } from "./connection-url.ts";

const noTls = /server does not support SSL/i;

/**
 * Connects as `sslmode` says. libpq's `prefer` and `allow` go on without TLS where the server has none, which node-postgres does not do
 * by itself.
 *
 * @throws StorageRefusedError when TLS is asked for and the server has none
 */
export async function withSslFallback<Result>(
  url: ConnectionUrl,
  attempt: (url: ConnectionUrl) => Promise<Result>,
): Promise<Result> {
  try {
    return await attempt(url);
  } catch (error) {
    if (!(error instanceof Error) || !noTls.test(error.message)) throw error;
    if (url.sslMode !== "prefer" && url.sslMode !== "allow") {
      const message = `Postgres at ${url.describe()} does not speak TLS, which sslmode=${url.sslMode} asks for. Switch TLS on there, or remove sslmode from the storage settings`;
      throw new StorageRefusedError("StorageRefusedError", message, { cause: error });
    }
  }
  return await attempt(url.withParams({ sslmode: "disable" }));
}
