import { failure, resource } from "dagwright";
import { z } from "zod";
import { shopToken } from "./shop-token.ts";

/** The shop asks to be called again later. */
export class ShopBusyError extends Error {
  readonly retryAfterSeconds: number;
  constructor(path: string, retryAfterSeconds: number) {
    super(`The shop is busy (429 for ${path}); it asks to come back after ${retryAfterSeconds} s`);
    this.name = "ShopBusyError";
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The shop, as assets see it. */
export interface ShopApi {
  /** @throws ShopBusyError; a failure that is not tried again when the token is wrong */
  get<T>(path: string, schema: z.ZodType<T>, signal: AbortSignal): Promise<T>;
}

/**
 * The client lives for a step: each try of a step gets its own, which says at the end what it did. It is built on another resource,
 * which is made first.
 */
export const shopApi = resource(
  "shop_api",
  {
    description: "HTTP client of the shop's API",
    config: z.object({ url: z.url(), timeoutSeconds: z.number().positive().default(10) }),
    resources: { shopToken },
    lifetime: "step",
  },
  function* ({ config, log, resources }) {
    const headers = { authorization: `Bearer ${resources.shopToken}` };
    let requests = 0;
    let refused = 0;
    const api: ShopApi = {
      async get(path, schema, signal) {
        requests += 1;
        log.info(`GET ${path} with ${headers.authorization}`);
        const deadline = AbortSignal.any([signal, AbortSignal.timeout(config.timeoutSeconds * 1000)]);
        const response = await fetch(new URL(path, config.url), { headers, signal: deadline });
        if (response.status === 429) {
          refused += 1;
          throw new ShopBusyError(path, Number(response.headers.get("retry-after") ?? 1));
        }
        if (response.status === 401)
          throw failure({
            description: "The shop does not know our token. Set SHOP_TOKEN to the one that it was opened with",
            metadata: { path, status: response.status },
            allowRetries: false,
          });
        if (!response.ok) throw new Error(`The shop answers ${response.status} for ${path}: ${await response.text()}`);
        return schema.parse(await response.json());
      },
    };
    yield api;
    log.info(`${requests} requests, ${refused} of them refused`);
  },
);
