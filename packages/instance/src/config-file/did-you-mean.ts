import { nearestWord } from "@dagwright/model";

/** `did you mean x?`, or the list of what is known when nothing is near. */
export function suggest(word: string, known: readonly string[]): string {
  const nearest = nearestWord(word, known);
  return nearest === null ? `known here: ${known.join(", ")}` : `did you mean ${nearest}?`;
}
