import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildOpContext, configured, materialize } from "dagwright";
import { expect, test } from "vitest";
import { customers } from "./assets/customers.ts";
import { orders } from "./assets/orders.ts";
import { revenue } from "./assets/revenue.ts";
import type { Landing, Order } from "./resources/landing.ts";
import { landing } from "./resources/landing.ts";
import { type ShopApi, shopApi } from "./resources/shop-api.ts";
import { shopToken } from "./resources/shop-token.ts";
import { openShop } from "./shop/open-shop.ts";

/** A shop that answers from memory. It takes the place of the resource, so neither config nor token are needed. */
const shopWith = (rows: readonly unknown[]): ShopApi => ({
  get: async (path, schema) => schema.parse(path.includes("after=0") ? rows : []),
});

function landingOf(...landed: Order[]): Landing {
  return {
    orders: landed,
    get cursor() {
      return landed.at(-1)?.id ?? 0;
    },
    append: async (more) => void landed.push(...more),
  };
}

test("revenue is a function of its inputs", () => {
  const inputs = { orders: [{ id: 1, customer: 7, cents: 100 }], customers: [{ id: 7, name: "Ada", country: "GB" }] };
  expect(revenue(inputs, buildOpContext())).toEqual({ GB: 100 });
});

test("orders that have landed are not read again", async () => {
  const [first, second] = [
    { id: 1, customer: 1, cents: 500 },
    { id: 2, customer: 2, cents: 700 },
  ];
  const resources = { shop_api: shopWith([first, second]), landing: landingOf() };
  expect((await materialize([orders], { resources })).assetValue("orders")).toEqual([first, second]);
  expect((await materialize([orders], { resources })).assetValue("orders")).toEqual([first, second]);
});

test("only customers who ordered are kept; their orders are given", async () => {
  const resources = {
    landing: landingOf(),
    shop_api: shopWith([1, 2].map((id) => ({ id, name: `Customer ${id}`, country: "NL" }))),
  };
  const assetValues = { orders: [{ id: 1, customer: 2, cents: 100 }] };
  const result = await materialize([customers], { resources, assetValues });
  expect(result.assetValue("customers")).toEqual([{ id: 2, name: "Customer 2", country: "NL" }]);
});

test("a busy shop is asked again, and nothing shows the token", async () => {
  await using shop = await openShop({ token: "sesame-4711", retryAfterSeconds: 0 });
  await using folder = await mkdtempDisposable(join(tmpdir(), "shop-"));
  const result = await materialize([orders, customers, revenue], {
    resources: {
      shop_token: configured(shopToken, { token: "sesame-4711" }),
      shop_api: configured(shopApi, { url: shop.url }),
      landing: configured(landing, { folder: folder.path }),
    },
  });
  expect(result.assetValue("revenue")).toEqual({ GB: 3250, US: 5750, NL: 2250 });
  expect(result.eventsOf("STEP_UP_FOR_RETRY").map(({ stepKey }) => stepKey)).toEqual(["orders", "customers"]);
  const text = JSON.stringify(result.events);
  expect(text).toContain("with Bearer ********");
  expect(text).not.toContain("sesame-4711");
});

test("a wrong token fails at once, although there are retries", async () => {
  await using shop = await openShop({ token: "sesame-4711" });
  const resources = { shop_token: "wrong", shop_api: configured(shopApi, { url: shop.url }), landing: landingOf() };
  const result = await materialize([orders], { resources, raiseOnError: false });
  expect(result.success).toBe(false);
  expect(result.eventsOf("STEP_UP_FOR_RETRY")).toEqual([]);
  expect(result.eventsOf("STEP_FAILURE")[0]?.error?.message).toContain("does not know our token");
});
