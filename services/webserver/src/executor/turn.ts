/** How long answers may be worked at before others on the event loop get their turn. */
const turnMs = 10;

/** When the first work of this turn began; 0: none has yet. */
let startedAt = 0;

/** Work on an answer begins; unless it has begun in this turn of the event loop already, the turn's time counts from here. */
export function beginTurn(): void {
  if (startedAt !== 0) return;
  startedAt = performance.now();
  setImmediate(endTurn);
}

/**
 * Whether answers have been worked at for long enough in this turn of the event loop. All requests share one measure: ten large answers at once hold it no
 * longer than one does.
 */
export function isTurnOver(): boolean {
  beginTurn();
  return performance.now() - startedAt > turnMs;
}

function endTurn(): void {
  startedAt = 0;
}

let waiting: (() => void)[] = [];
let next = 0;
let isDue = false;

/** Does some work in a later turn, in the order of asking. It must not throw. */
export function inLaterTurn(work: () => void): void {
  waiting.push(work);
  if (isDue) return;
  isDue = true;
  setImmediate(workOn);
}

function workOn(): void {
  while (next < waiting.length) {
    if (isTurnOver()) {
      setImmediate(workOn);
      return;
    }
    waiting[next++]!();
  }
  waiting = [];
  next = 0;
  isDue = false;
}
