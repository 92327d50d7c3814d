/** Assets that are told of from outside: each has a freshness policy, and one that follows it by its condition. */
export const gauges = ["gauge_0", "gauge_1", "gauge_2"] as const;
/** Their windows, in seconds. */
export const warnSeconds = 60;
export const failSeconds = 120;
