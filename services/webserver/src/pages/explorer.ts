import { readFileSync } from "node:fs";

import type { ServerScope } from "../graphql/context.ts";

const template = readFileSync(new URL("./explorer.html", import.meta.url), "utf8");

/** A page to write and run GraphQL on. All of it is in this one answer, so that it works on machines without internet. */
export const explorerPage = ({ pathPrefix }: Pick<ServerScope, "pathPrefix">): string =>
  // A JSON string in a script; `<` could end the script.
  template.replace("__GRAPHQL_PATH__", () => JSON.stringify(`${pathPrefix}/graphql`).replaceAll("<", String.raw`\u003c`));
