import { asset } from "dagwright";
import { z } from "zod";
import { shopApi } from "../resources/shop-api.ts";
import { orders } from "./orders.ts";

const customer = z.object({ id: z.number(), name: z.string(), country: z.string() });

/** Who ordered. It keeps nothing between its tries: whatever goes wrong, a retry policy has it start again, later each time. */
export const customers = asset(
  "customers",
  {
    group: "shop",
    ins: { orders },
    resources: { shopApi },
    out: z.array(customer),
    retryPolicy: { maxRetries: 3, delaySeconds: 0.1, backoff: "EXPONENTIAL", jitter: "PLUS_MINUS" },
  },
  async ({ orders }, { addOutputMetadata, resources: { shopApi }, signal, step }) => {
    const ordered = new Set(orders.map(({ customer }) => customer));
    const pages = [];
    for (const after of [0, 2]) pages.push(await shopApi.get(`/customers?after=${after}&limit=2`, z.array(customer), signal));
    addOutputMetadata({ retries: step.retryNumber });
    return pages.flat().filter(({ id }) => ordered.has(id));
  },
);
