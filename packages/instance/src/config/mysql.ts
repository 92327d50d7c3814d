import { oneOf, block } from "../config-file/block.ts";
import { integer, text } from "../config-file/scalars.ts";

/** `storage.mysql`, or the config of a MySQL storage. */
export const mysqlConfig = oneOf({
  mysql_url: text(),
  mysql_db: block({
    username: text(),
    password: text(),
    hostname: text(),
    db_name: text(),
    port: integer({ min: 1, max: 65_535 }).default(3306),
  }),
});
