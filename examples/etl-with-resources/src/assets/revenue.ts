import { asset, metadata } from "dagwright";
import { customers } from "./customers.ts";
import { orders } from "./orders.ts";

/** What was sold to whom, by country. */
export const revenue = asset("revenue", { group: "shop", ins: { orders, customers } }, ({ orders, customers }, context) => {
  const countries = new Map(customers.map(({ id, country }) => [id, country]));
  const cents: Record<string, number> = {};
  for (const order of orders) {
    const country = countries.get(order.customer) ?? "unknown";
    cents[country] = (cents[country] ?? 0) + order.cents;
  }
  context.addOutputMetadata({
    by_country: metadata.table(Object.entries(cents).map(([country, sum]) => ({ country, cents: sum }))),
  });
  context.log.info(`revenue in cents: ${JSON.stringify(cents)}`);
  return cents;
});
