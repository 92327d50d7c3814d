// A shop's orders, read over HTTP by resources that hold the token, the client and the place where orders land.
import { configured, defineAssetJob, definitions, envVar } from "dagwright";
import { customers } from "./assets/customers.ts";
import { orders } from "./assets/orders.ts";
import { revenue } from "./assets/revenue.ts";
import { landing } from "./resources/landing.ts";
import { shopApi } from "./resources/shop-api.ts";
import { shopToken } from "./resources/shop-token.ts";

export default definitions({
  assets: [orders, customers, revenue],
  jobs: [defineAssetJob("read_shop", { selection: [orders, customers, revenue] })],
  // Presets: run config has nothing to say about these. The values are read from the environment where and when a run is executed.
  resources: [
    configured(shopToken, { token: envVar("SHOP_TOKEN") }),
    configured(shopApi, { url: envVar("SHOP_URL") }),
    configured(landing, { folder: envVar("SHOP_FOLDER") }),
  ],
});
