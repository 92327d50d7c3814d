import { type EntryKinds, kindsOf } from "./entry-statements.ts";

/** The kinds of an engine event that a statement makes by itself: its message and data are those of the statement. */
export const engineEventKinds: EntryKinds = kindsOf([
  { type: "ENGINE_EVENT", atMs: 0, stepKey: null, message: "", error: null, metadata: {}, markerStart: null, markerEnd: null },
]);
