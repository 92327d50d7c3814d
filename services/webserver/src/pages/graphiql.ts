import { createReadStream, existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FastifyInstance } from "fastify";

import type { ServerScope } from "../graphql/context.ts";
import { securityHeaders, sendPage } from "./send-page.ts";

const template = readFileSync(new URL("./graphiql.html", import.meta.url), "utf8");

/** What the page loads, and where it lies in the packages that bring it; the built webserver has copies beside this file. */
const files: Readonly<Record<string, string>> = {
  "graphiql.min.js": "graphiql/graphiql.min.js",
  "graphiql.min.css": "graphiql/graphiql.min.css",
  "react.production.min.js": "react/umd/react.production.min.js",
  "react-dom.production.min.js": "react-dom/umd/react-dom.production.min.js",
};

const types: Readonly<Record<string, string>> = { ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8" };

/** GraphiQL and the files that it consists of. All of them come from this server: there may be no internet. */
export const graphiqlPage = ({ pathPrefix }: Pick<ServerScope, "pathPrefix">): string =>
  template
    .replaceAll("__FILES__", () => `${pathPrefix}/graphiql`)
    // A JSON string in a script; `<` could end the script.
    .replace("__GRAPHQL_PATH__", () => JSON.stringify(`${pathPrefix}/graphql`).replaceAll("<", String.raw`\u003c`));

/** `/graphiql` leads to the page, `/graphiql/<file>` is what it loads. */
export function graphiqlFiles(app: FastifyInstance, scope: Pick<ServerScope, "pathPrefix">): void {
  app.get("/graphiql", (_request, reply) => sendPage(reply, graphiqlPage(scope)));
  app.get<{ Params: { file: string } }>("/graphiql/:file", (request, reply) => {
    const { file } = request.params;
    if (!Object.hasOwn(files, file)) return reply.code(404).send({ message: `GraphiQL has no file "${file}".` });
    return reply
      .headers({ ...securityHeaders, "cache-control": "max-age=3600" })
      .type(types[extname(file)]!)
      .send(createReadStream(pathOf(file)));
  });
}

function pathOf(file: string): string {
  const copy = fileURLToPath(new URL(`./graphiql/${file}`, import.meta.url));
  if (existsSync(copy)) return copy;
  // By way of its manifest: `exports` of a package need not name its built files.
  const [packageName = "", ...path] = files[file]!.split("/");
  return join(dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`)), ...path);
}
