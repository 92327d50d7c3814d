import type { AnswerText } from "./answer-text.ts";
import type { Execution, WriteValue } from "./execution.ts";
import { isPromise } from "./is-promise.ts";
import { isTurnOver } from "./turn.ts";

/** Writes a list, item by item and over as many turns of the event loop as it takes. */
export function writeItems(items: Iterable<unknown>, out: AnswerText, execution: Execution, write: WriteValue): void {
  out.text += "[";
  writeRest(items[Symbol.iterator](), true, out, execution, write);
}

function writeRest(items: Iterator<unknown>, isFirst: boolean, out: AnswerText, execution: Execution, write: WriteValue): void {
  for (let separator = isFirst ? "" : ","; ; separator = ",") {
    // Before the first item, too: what gave the list may have taken its time.
    if (isTurnOver()) {
      const rest = out.gap();
      execution.writeLater(() => writeRest(items, separator === "", rest, execution, write));
      return;
    }
    const item = items.next();
    if (item.done === true) break;
    const { value } = item;
    out.text += separator;
    if (isPromise(value)) execution.writeWhenThere(value, out.gap(), write);
    else write(value, out, execution);
    out.settle();
  }
  out.text += "]";
}
