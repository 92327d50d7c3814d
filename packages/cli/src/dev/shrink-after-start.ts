/** By then what was asked for at once has been answered. */
const afterMs = 5_000;

/** Gives back, once, what starting took: of an idle service's memory that is nearly half. Holds the process up for some 50 ms. */
export function shrinkAfterStart(): void {
  setTimeout(() => {
    void import("@dagwright/worker/shrink-heap").then(({ shrinkHeap }) => shrinkHeap());
  }, afterMs).unref();
}
