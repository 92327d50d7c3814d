import { styleText } from "node:util";
import { type Cell, type Column, formatTable, type Style } from "./table.ts";

/** What a command's answer is written to. */
export interface Terminal {
  /** Whether colours are shown: only in a terminal, and never with NO_COLOR. */
  readonly useColor: boolean;
  print(line: string): void;
  /** Something beside the answer, on stderr. */
  note(line: string): void;
  /** The same, marked as something that should not be so. */
  complain(kind: "warning" | "error", text: string): void;
  paint(style: Style, text: string): string;
  /** Aligned rows, cut at the terminal's width. */
  table(columns: readonly Column[], rows: readonly (readonly Cell[])[]): void;
  /** One JSON document, and nothing else. */
  json(document: unknown): void;
}

export interface TerminalOptions {
  /**
   * What happens when nobody reads stdout any more, as in `dagwright run logs … | head`: the process ends as other programs do then, or goes on
   * in silence because it has more to do than to print. Default `end`.
   */
  readonly whenUnread?: "end" | "go-on";
}

/** As a shell tells the end by SIGPIPE. */
const unreadExitCode = 141;

/** This process's stdout and stderr. Written past whatever captures the output of user code. */
export function processTerminal({ whenUnread = "end" }: TerminalOptions = {}): Terminal {
  const stdout = process.stdout;
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    if (whenUnread === "end") process.exit(unreadExitCode);
  });
  const write = stdout.write.bind(stdout) as (text: string) => boolean;
  const writeError = process.stderr.write.bind(process.stderr) as (text: string) => boolean;
  const useColor = showsColor(stdout);
  const print = (line: string): void => void write(`${line}\n`);
  return {
    useColor,
    print,
    note: (line) => void writeError(`${line}\n`),
    complain(kind, text) {
      const style = kind === "warning" ? "yellow" : "red";
      writeError(`${styleText(style, `${kind}:`, { stream: process.stderr })} ${text}\n`);
    },
    paint: (style, text) => (useColor ? styleText(style, text, { validateStream: false }) : text),
    table(columns, rows) {
      const size = stdout.isTTY ? { width: stdout.columns } : {};
      for (const line of formatTable(columns, rows, { useColor, ...size })) print(line);
    },
    json: (document) => print(JSON.stringify(document, null, 2)),
  };
}

/** As styleText itself decides for a stream: a terminal, unless NO_COLOR, NODE_DISABLE_COLORS or FORCE_COLOR say otherwise. */
const showsColor = (stream: NodeJS.WriteStream): boolean => styleText("bold", "x", { stream }) !== "x";
