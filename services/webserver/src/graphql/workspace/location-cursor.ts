import { DomainError } from "@dagwright/model";

import type { LocationView } from "./location-view.ts";

/** A text that is no place in the changes of code locations. */
export class LocationCursorError extends DomainError<"LocationCursorError"> {
  constructor(cursor: string) {
    super(
      "LocationCursorError",
      `"${cursor.slice(0, 100)}" is no cursor of changes of code locations; \`locationStatusesOrError\` and each event before tell one`,
    );
  }
}

const contacts = { u: "unknown", r: "reached", a: "away", l: "lost" } as const;
const letterOf = (contact: LocationView["contact"]): string => contact.slice(0, 1);

/** All that a client knows, as a text: any webserver of the instance can tell from it what has changed since, and keeps nothing for that. */
export const toCursor = (views: ReadonlyMap<string, LocationView>): string =>
  Buffer.from(JSON.stringify([...views].map(([name, { contact, code }]) => [name, letterOf(contact) + code]))).toString(
    "base64url",
  );

/** @throws LocationCursorError */
export function parseCursor(cursor: string): Map<string, LocationView> {
  try {
    const pairs = JSON.parse(Buffer.from(cursor, "base64url").toString()) as readonly (readonly [string, string])[];
    return new Map(
      pairs.map(([name, text]) => {
        const [, letter, code] = /^([ural])([0-9a-f]*)$/.exec(text) ?? [];
        if (typeof name !== "string" || letter === undefined || code === undefined) throw new TypeError("no view");
        return [name, { contact: contacts[letter as keyof typeof contacts], code }];
      }),
    );
  } catch {
    throw new LocationCursorError(cursor);
  }
}
