import { asset, retryRequested } from "dagwright";
import { z } from "zod";
import { landing, order } from "../resources/landing.ts";
import { shopApi, ShopBusyError } from "../resources/shop-api.ts";

/**
 * All orders. Each run reads what is new since the last one, page by page. When the shop is busy the step asks to be tried again as late as
 * the shop says; what it has read by then is not read again.
 */
export const orders = asset(
  "orders",
  {
    group: "shop",
    config: z.object({ pageSize: z.number().int().min(1).default(5) }),
    resources: { shopApi, landing },
    out: z.array(order),
  },
  async (_, { addOutputMetadata, op: { config }, resources: { landing, shopApi }, signal }) => {
    const before = landing.orders.length;
    for (let arrived = config.pageSize; arrived === config.pageSize;) {
      const path = `/orders?after=${landing.cursor}&limit=${config.pageSize}`;
      const page = await shopApi.get(path, z.array(order), signal).catch((error: unknown) => {
        if (!(error instanceof ShopBusyError)) throw error;
        throw retryRequested({ maxRetries: 5, secondsToWait: error.retryAfterSeconds, cause: error });
      });
      await landing.append(page);
      arrived = page.length;
    }
    addOutputMetadata({ orders: landing.orders.length, read_by_this_try: landing.orders.length - before });
    return [...landing.orders];
  },
);
