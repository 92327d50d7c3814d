import type { ChildProcess } from "node:child_process";
import { finished } from "node:stream/promises";
import type { Readable } from "node:stream";
import type { SecretMask } from "@dagwright/model";
import type { ComputeLogWriter, LogStream } from "../compute-logs/compute-log-sink.ts";
import { MarkerCutter } from "../compute-logs/markers.ts";
import { SecretFilter } from "../compute-logs/secret-filter.ts";
import { beginMark } from "../step-worker/protocol.ts";

/** Of what a dying process wrote to stderr, how much its step's error shows. */
const tailLines = 20;
const tailBytes = 8_192;

interface StepLog {
  readonly sequence: number;
  /** Null when nobody keeps it, or when it broke. */
  writer: ComputeLogWriter | null;
  /** Streams on which the step's end has been read. */
  readonly endedOn: Set<LogStream>;
  isOpen: boolean;
}

interface Channel {
  readonly stream: LogStream;
  readonly cutter: MarkerCutter;
  readonly filter: SecretFilter;
  /** Whose output it is now; null before the first step. */
  log: StepLog | null;
}

/**
 * What a step worker and its children write, handed to the step it belongs to: from the mark where a step begins to the mark where
 * the next one does. So what a child writes after its step has ended still goes to that step, and what the user's code writes
 * while it is loaded goes to the first.
 */
export class StepWorkerOutput {
  /** Resolves when both pipes are closed, by the process and by all that inherited them. */
  readonly ended: Promise<void>;
  readonly #readables: readonly Readable[];
  readonly #logs = new Map<number, StepLog>();
  /** What came before the first mark, for the first step. */
  #preamble: { readonly stream: LogStream; readonly bytes: Uint8Array }[] = [];
  #stderrTail: Buffer = Buffer.alloc(0);

  readonly #onBroken: (error: unknown) => void;

  /**
   * @param secrets - hidden in all that is kept
   * @param onBroken - a step's logs could not be written; the rest of them is dropped
   */
  constructor({ stdout, stderr }: ChildProcess, markerToken: string, secrets: SecretMask, onBroken: (error: unknown) => void) {
    this.#onBroken = onBroken;
    const channel = (stream: LogStream): Channel => ({
      stream,
      cutter: new MarkerCutter(markerToken),
      filter: new SecretFilter(secrets),
      log: null,
    });
    const channels: [Readable | null, Channel][] = [
      [stdout, channel("stdout")],
      [stderr, channel("stderr")],
    ];
    this.#readables = channels.flatMap(([readable]) => readable ?? []);
    this.ended = Promise.all(
      channels.map(async ([readable, one]) => {
        if (readable === null) return;
        readable.on("data", (chunk: Buffer) => this.#take(one, one.cutter.feed(chunk)));
        // A pipe that breaks ends like one that is closed.
        await finished(readable).catch(() => undefined);
        this.#take(one, one.cutter.end());
        this.#write(one, one.filter.end());
        if (one.log !== null) this.#endOn(one.log, one.stream);
      }),
    ).then(() => undefined);
  }

  /** Says where the output of a step goes whose marks are about to come. */
  begin(sequence: number, writer: ComputeLogWriter | null): void {
    this.#logs.set(sequence, { sequence, writer, endedOn: new Set(), isOpen: true });
  }

  /** The last lines on stderr of the step that began last, or of loading the user's code. */
  lastStderrLines(): readonly string[] {
    const text = this.#stderrTail.toString("utf8").trimEnd();
    return text === "" ? [] : text.split("\n").slice(-tailLines);
  }

  /** The process is gone: what its children still write is heard as long as this process lives, and keeps nothing waiting. */
  leave(): void {
    for (const log of this.#logs.values()) this.#close(log);
    for (const readable of this.#readables) (readable as Readable & { unref?: () => void }).unref?.();
  }

  #take(channel: Channel, cuts: ReturnType<MarkerCutter["feed"]>): void {
    for (const cut of cuts) {
      if ("bytes" in cut) this.#write(channel, channel.filter.feed(cut.bytes));
      else {
        this.#write(channel, channel.filter.end());
        this.#atMark(channel, cut.sequence);
      }
    }
  }

  #atMark(channel: Channel, mark: number): void {
    const log = this.#logs.get(mark >> 1);
    if (log === undefined) return;
    if (mark !== beginMark(log.sequence)) return this.#endOn(log, channel.stream);
    if (channel.log !== null) this.#endOn(channel.log, channel.stream);
    channel.log = log;
    if (channel.stream === "stderr" && log.sequence > 1) this.#stderrTail = Buffer.alloc(0);
    const preamble = this.#preamble.filter(({ stream }) => stream === channel.stream);
    this.#preamble = this.#preamble.filter(({ stream }) => stream !== channel.stream);
    for (const { bytes } of preamble) this.#use(log, (writer) => writer.write(channel.stream, bytes));
  }

  #write({ stream, log }: Channel, bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    if (stream === "stderr") this.#stderrTail = Buffer.concat([this.#stderrTail, bytes]).subarray(-tailBytes);
    if (log === null) this.#preamble.push({ stream, bytes });
    else {
      log.isOpen = true;
      this.#use(log, (writer) => writer.write(stream, bytes));
    }
  }

  #endOn(log: StepLog, stream: LogStream): void {
    log.endedOn.add(stream);
    if (log.endedOn.size === 2) this.#close(log);
  }

  /** A writer that was closed opens again for what comes late. */
  #close(log: StepLog): void {
    if (!log.isOpen) return;
    log.isOpen = false;
    this.#use(log, (writer) => writer.close());
  }

  /** A full disk costs the logs, not the run. */
  #use(log: StepLog, use: (writer: ComputeLogWriter) => void | Promise<void>): void {
    const broken = (error: unknown): void => {
      log.writer = null;
      this.#onBroken(error);
    };
    if (log.writer === null) return;
    try {
      const using = use(log.writer);
      if (using instanceof Promise) using.catch(broken);
    } catch (error) {
      broken(error);
    }
  }
}
