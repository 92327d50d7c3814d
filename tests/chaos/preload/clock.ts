/**
 * Preloaded by `node --import`: shifts this process's clocks by what the file in `DAGWRIGHT_CHAOS_CLOCK` says, as it says it at the time. The
 * wall clock jumps as when somebody sets it; the monotonic one as when a machine was asleep.
 */
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";

const file = process.env["DAGWRIGHT_CHAOS_CLOCK"];

if (file !== undefined) {
  let wallMs = 0;
  let monotonicMs = 0;
  const look = (): void => {
    try {
      ({ wallMs, monotonicMs } = JSON.parse(readFileSync(file, "utf8")) as { wallMs: number; monotonicMs: number });
    } catch {
      // Nobody has written it yet.
    }
  };
  look();
  setInterval(look, 100).unref();

  const RealDate = Date;
  const now = (): number => RealDate.now() + wallMs;
  globalThis.Date = new Proxy(RealDate, {
    construct: (_target, args, newTarget) =>
      Reflect.construct(RealDate, args.length === 0 ? [now()] : args, newTarget === Date ? RealDate : newTarget) as Date,
    apply: () => new RealDate(now()).toString(),
    get: (target, key) => (key === "now" ? now : (Reflect.get(target, key) as unknown)),
  });
  const realNow = performance.now.bind(performance);
  performance.now = () => realNow() + monotonicMs;
}
