import { describe, expect, it } from "vitest";
import { retryDelaySeconds } from "./retry-delay.ts";

const delays = (policy: Partial<Parameters<typeof retryDelaySeconds>[0]>, random = 0.5) =>
  [1, 2, 3].map((retry) =>
    retryDelaySeconds({ maxRetries: 3, delaySeconds: 2, backoff: null, jitter: null, ...policy }, retry, random),
  );

describe("retryDelaySeconds", () => {
  it("waits as the policy says, longer each time with a backoff", () => {
    expect(delays({ delaySeconds: null })).toEqual([0, 0, 0]);
    expect(delays({})).toEqual([2, 2, 2]);
    expect(delays({ backoff: "LINEAR" })).toEqual([2, 4, 6]);
    expect(delays({ backoff: "EXPONENTIAL" })).toEqual([2, 6, 14]);
  });

  it("spreads by jitter", () => {
    expect(delays({ jitter: "FULL" }, 0.25)).toEqual([0.5, 0.5, 0.5]);
    expect(delays({ jitter: "PLUS_MINUS" }, 0)).toEqual([0, 0, 0]);
    expect(delays({ jitter: "PLUS_MINUS" }, 0.75)).toEqual([3, 3, 3]);
  });
});
