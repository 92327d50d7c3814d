import type { FastifyInstance } from "fastify";

/** `/notebook`: Dagster shows Jupyter notebooks of Dagstermill here. Ops are TypeScript functions, so none of them has one. */
export function notebooks(app: FastifyInstance): void {
  for (const url of ["/notebook", "/dagit/notebook"]) {
    app.get(url, (_request, reply) =>
      reply
        .code(404)
        .type("text/plain; charset=utf-8")
        .send(
          "There is no notebook: ops are TypeScript functions. A notebook that a step writes can be shown by its address, as metadata of kind `notebook` or `url`.",
        ),
    );
  }
}
