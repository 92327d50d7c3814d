import type { AssetEvent } from "@dagwright/model";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import type { ServerScope } from "../graphql/context.ts";
import { ofAssets } from "../graphql/permissions/concerned-locations.ts";
import { BadReportError, parseAssetReport, parseCheckReport, type RawReport } from "../reports/parse-report.ts";
import { reportedAssetEvent, reportedCheckEvent } from "../reports/reported-event.ts";
import { targetOf } from "../reports/target-of.ts";
import { whileConnected } from "./graphql-endpoint.ts";

/**
 * `POST /report_asset_materialization`, `/report_asset_observation`, `/report_asset_check`: what happens to assets outside of any run. The
 * asset's key may follow in the path; everything else stands in a JSON body or in the query. A key needs no definition.
 */
export function assetReports(app: FastifyInstance, scope: ServerScope): void {
  void app.register((routes, _options, done) => {
    routes.removeAllContentTypeParsers();
    // Parsed by us: what is wrong with it has answers of its own.
    routes.addContentTypeParser("*", { parseAs: "string" }, (_request, body, parsed) => parsed(null, body));
    routes.setErrorHandler((error: Error & { readonly code?: string }, request, reply) => {
      const isTooLarge = error.code === "FST_ERR_CTP_BODY_TOO_LARGE";
      if (!isTooLarge) request.log.error({ err: error }, "A report of an asset was not recorded");
      return answer(reply, isTooLarge ? 413 : 500, isTooLarge ? "The body is too large." : "The report could not be recorded.");
    });
    const endpoint = (name: string, toEvent: (raw: RawReport, signal: AbortSignal) => AssetEvent | Promise<AssetEvent>): void => {
      const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
        const signal = whileConnected(reply);
        try {
          const event = await toEvent(rawReport(request), signal);
          if (!scope.viewers(request).has("report_runless_asset_events", ofAssets([event.assetKey], scope)))
            return await answer(reply, 401, "Not authorized to report runless asset events.");
          await scope.storage.assets.report([event], { signal });
        } catch (error) {
          if (error instanceof BadReportError) return answer(reply, 400, error.message);
          throw error;
        }
        return reply.send({});
      };
      for (const url of [`/${name}`, `/${name}/*`]) routes.route({ method: "POST", url, handler });
    };
    endpoint("report_asset_materialization", (raw) => reportedAssetEvent("ASSET_MATERIALIZATION", parseAssetReport(raw)));
    endpoint("report_asset_observation", (raw) => reportedAssetEvent("ASSET_OBSERVATION", parseAssetReport(raw)));
    endpoint("report_asset_check", async (raw, signal) => {
      const report = parseCheckReport(raw);
      return reportedCheckEvent({ ...report, target: await targetOf(report.assetKey, scope.storage, signal) });
    });
    done();
  });
}

const answer = (reply: FastifyReply, status: number, error: string): FastifyReply => reply.code(status).send({ error });

const rawReport = (request: FastifyRequest): RawReport => ({
  // Fastify has decoded the escapes already.
  path: (request.params as { readonly "*"?: string })["*"] ?? "",
  query: request.query as Readonly<Record<string, unknown>>,
  contentType: request.headers["content-type"],
  body: request.body,
});
