import { expect, test } from "vitest";

import { AnswerText, AnswerTooLargeError } from "./answer-text.ts";

test("an answer that grows beyond its bound is refused, wherever in it the text is", () => {
  const piece = "x".repeat(100_000);
  const answer = new AnswerText(1_000_000);
  const gaps = Array.from({ length: 3 }, () => answer.gap());
  const fill = (): void => {
    for (const gap of gaps) {
      for (let times = 0; times < 4; times += 1) {
        gap.text += piece;
        gap.settle();
      }
    }
  };
  expect(fill).toThrow(AnswerTooLargeError);
  expect(fill).toThrow(/more than 0.95\d* MB; ask for less at once/);
});
