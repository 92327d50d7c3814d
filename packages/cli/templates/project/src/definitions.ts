import { asset, AssetSelection, defineAssetJob, definitions, schedule } from "dagwright";

/** What the shop sold today: a stand-in for a query or a download. */
const orders = asset("orders", { group: "shop", description: "Today's orders" }, () => [
  { item: "apple", price: 0.4, count: 12 },
  { item: "bread", price: 3.2, count: 5 },
]);

const revenue = asset("revenue", { group: "shop", description: "What they came to", ins: { orders } }, ({ orders }, context) => {
  const total = orders.reduce((sum, { price, count }) => sum + price * count, 0);
  context.log.info(`revenue: ${total.toFixed(2)}`);
  return total;
});

const shop = defineAssetJob("shop", { selection: AssetSelection.groups("shop") });

export default definitions({
  assets: [orders, revenue],
  jobs: [shop],
  schedules: [schedule("shop_every_morning", { job: shop, cron: "0 6 * * *", timeZone: "Europe/Berlin" })],
});
