/**
 * The first line of an expected output that the actual one does not have in its place; null when all are there. `…` alone in a line
 * stands for any lines, and within a line for any text. Durations, run ids, process ids, moments, ports of `localhost` and widths of columns may differ.
 */
export function missingLine(expected: string, actual: string): string | null {
  const lines = actual
    .split("\n")
    .map(masked)
    .filter((line) => line !== "");
  let at = 0;
  let mayFollowLater = false;
  for (const written of expected.split("\n")) {
    const wanted = masked(written);
    if (wanted === "") continue;
    if (wanted === "…") {
      mayFollowLater = true;
      continue;
    }
    const pattern = new RegExp(`^${wanted.split("…").map(escaped).join(".*")}$`);
    const found = lines.findIndex((line, index) => index >= at && pattern.test(line));
    if (found === -1 || (!mayFollowLater && found !== at)) return written;
    at = found + 1;
    mayFollowLater = false;
  }
  return mayFollowLater || at === lines.length ? null : `(nothing more, but there is: ${lines[at]})`;
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

const masked = (line: string): string =>
  line
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}/g, "…")
    .replaceAll(/\d+(\.\d+)? ?(ms|s|seconds|min)\b/g, "…")
    .replaceAll(/localhost:\d+/g, "…")
    .replaceAll(/\(pid: \d+\)/g, "…")
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, "…")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/…( …)+/g, "…")
    .trim();
