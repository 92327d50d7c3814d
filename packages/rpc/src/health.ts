import { once, EventEmitter } from "node:events";
import { type sendUnaryData, type ServerUnaryCall, type ServerWritableStream, status } from "@grpc/grpc-js";
import type { HealthCheckRequest, HealthCheckResponse } from "./gen/health.ts";

/** What the standard health service answers, for the server as a whole and for `dagwright.v1.CodeLocation` by name. */
export interface Health {
  setServing(isServing: boolean): void;
  readonly implementation: {
    check(call: ServerUnaryCall<HealthCheckRequest, HealthCheckResponse>, callback: sendUnaryData<HealthCheckResponse>): void;
    watch(call: ServerWritableStream<HealthCheckRequest, HealthCheckResponse>): void;
  };
}

const serviceNames = ["", "dagwright.v1.CodeLocation"];

/** A health service that does not serve until it is told to, and ends its watches when the signal aborts. */
export function openHealth(closing: AbortSignal): Health {
  const changes = new EventEmitter().setMaxListeners(0);
  let isServing = false;
  const answer = (): HealthCheckResponse => ({ status: isServing ? "SERVING" : "NOT_SERVING" });

  return {
    setServing(serving) {
      isServing = serving;
      changes.emit("change");
    },
    implementation: {
      check({ request }, callback) {
        if (serviceNames.includes(request.service)) callback(null, answer());
        else callback({ code: status.NOT_FOUND, details: `No service "${request.service}" here` });
      },
      watch(call) {
        const hungUp = new AbortController();
        call.on("cancelled", () => hungUp.abort());
        const signal = AbortSignal.any([hungUp.signal, closing]);
        const tell = async (): Promise<void> => {
          const isKnown = serviceNames.includes(call.request.service);
          while (!signal.aborted) {
            call.write(isKnown ? answer() : { status: "SERVICE_UNKNOWN" });
            await once(changes, "change", { signal });
          }
        };
        // Ends by the signal only.
        tell().catch(() => call.end());
      },
    },
  };
}
