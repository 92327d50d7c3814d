import type { RunId, StoredEntry } from "@dagwright/model";
import type { Storage } from "@dagwright/storage";

/** A piece of a run's log. */
export interface LogPiece {
  readonly entries: readonly StoredEntry[];
  /** More of what was there already follows at once. */
  readonly hasMorePast: boolean;
}

/** The logs of runs as they grow, for any number of followers. */
export interface RunLogFeeds extends Disposable {
  /**
   * What is there, in pieces, then what comes. The first piece is told also when it is empty. A follower is read for only as fast as it takes
   * pieces, so a slow one costs no memory.
   *
   * @param signal - ends the iteration, without an error
   */
  follow(runId: RunId, afterSeq: number, signal: AbortSignal): AsyncGenerator<LogPiece>;
}

/** One run's log while somebody follows it. */
interface Feed {
  followers: number;
  /** The newest entry that the database told of. */
  newestSeq: number;
  /** Grows when notifications may have been lost: everybody reads again. */
  resyncs: number;
  readonly waiting: Set<() => void>;
  /** Reads in flight by where they begin: followers at the same place share one. */
  readonly reads: Map<number, Promise<readonly StoredEntry[]>>;
}

/** Entries of one piece. */
const pieceSize = 1_000;

/** Feeds that wake by the database's notifications and read by (run, seq). Nothing is polled. */
export function openRunLogFeeds(storage: Pick<Storage, "events" | "notifications">): RunLogFeeds {
  const feeds = new Map<RunId, Feed>();
  const wake = (feed: Feed): void => {
    for (const go of feed.waiting) go();
    feed.waiting.clear();
  };
  const subscription = storage.notifications.subscribe((notification) => {
    if (notification.kind === "run") {
      const feed = feeds.get(notification.runId);
      if (feed === undefined) return;
      feed.newestSeq = Math.max(feed.newestSeq, notification.seq);
      wake(feed);
    } else if (notification.kind === "resync") {
      for (const feed of feeds.values()) {
        feed.resyncs += 1;
        wake(feed);
      }
    }
  });

  const read = (feed: Feed, runId: RunId, afterSeq: number): Promise<readonly StoredEntry[]> => {
    const known = feed.reads.get(afterSeq);
    if (known !== undefined) return known;
    const reading = storage.events.read(runId, { afterSeq, limit: pieceSize + 1 }).finally(() => feed.reads.delete(afterSeq));
    feed.reads.set(afterSeq, reading);
    return reading;
  };

  return {
    async *follow(runId, afterSeq, signal) {
      const feed = feeds.get(runId) ?? { followers: 0, newestSeq: 0, resyncs: 0, waiting: new Set(), reads: new Map() };
      feeds.set(runId, feed);
      feed.followers += 1;
      let seq = afterSeq;
      let isFirst = true;
      try {
        while (!signal.aborted) {
          const { newestSeq, resyncs } = feed;
          const entries = await read(feed, runId, seq);
          const piece = entries.slice(0, pieceSize);
          const hasMorePast = entries.length > pieceSize;
          if (isFirst || piece.length > 0) yield { entries: piece, hasMorePast };
          isFirst = false;
          seq = piece.at(-1)?.seq ?? seq;
          if (hasMorePast) continue;
          // What was told while the read was under way may not be in it.
          const isBehind = (): boolean => feed.resyncs !== resyncs || (feed.newestSeq > seq && feed.newestSeq > newestSeq);
          while (!isBehind() && !signal.aborted) await nextWake(feed, signal);
        }
      } finally {
        feed.followers -= 1;
        if (feed.followers === 0) feeds.delete(runId);
      }
    },
    [Symbol.dispose]() {
      subscription[Symbol.dispose]();
      for (const feed of feeds.values()) wake(feed);
    },
  };
}

async function nextWake(feed: Feed, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const go = (): void => resolve();
  feed.waiting.add(go);
  signal.addEventListener("abort", go, { once: true });
  try {
    await promise;
  } finally {
    feed.waiting.delete(go);
    signal.removeEventListener("abort", go);
  }
}
