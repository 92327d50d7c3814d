import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { resource } from "dagwright";
import { z } from "zod";

export const order = z.object({ id: z.number(), customer: z.number(), cents: z.number() });
export type Order = z.infer<typeof order>;

/** Where orders land as they arrive. What has landed stays, whatever becomes of the step: the next try goes on behind the cursor. */
export interface Landing {
  /** The newest order's id; 0 at first. */
  readonly cursor: number;
  readonly orders: readonly Order[];
  append(orders: readonly Order[]): Promise<void>;
}

/**
 * A file with an order in each line. It lives for the run: opened before the first step that needs it, closed after the last, also
 * when a step failed.
 */
export const landing = resource(
  "landing",
  { description: "Orders as they arrived", config: z.object({ folder: z.string() }) },
  async function* ({ config, log }) {
    await mkdir(config.folder, { recursive: true });
    const path = join(config.folder, "orders.jsonl");
    await using file = await open(path, "a+");
    const lines = (await file.readFile("utf8")).split("\n").filter((line) => line !== "");
    const orders: Order[] = lines.map((line) => order.parse(JSON.parse(line)));
    log.info(`opened ${path}, which has ${orders.length} orders`);

    const value: Landing = {
      orders,
      get cursor() {
        return orders.at(-1)?.id ?? 0;
      },
      async append(more) {
        await file.appendFile(more.map((one) => `${JSON.stringify(one)}\n`).join(""));
        orders.push(...more);
      },
    };
    yield value;
    log.info(`closed ${path}, which has ${orders.length} orders`);
  },
);
