import { openShop } from "./open-shop.ts";

const port = Number(process.env["SHOP_PORT"] ?? 4010);
const shop = await openShop({ token: process.env["SHOP_TOKEN"] ?? "let-me-in", port });
console.log(`The shop is open at ${shop.url}. Every third request is refused. Ctrl-C closes it.`);
