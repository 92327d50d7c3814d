import { resource, secret } from "dagwright";
import { z } from "zod";

/** What the shop knows us by. Marked as secret, it is replaced by asterisks wherever a run could show it. */
export const shopToken = resource(
  "shop_token",
  { config: z.object({ token: secret(z.string()) }) },
  ({ config }) => config.token,
);
