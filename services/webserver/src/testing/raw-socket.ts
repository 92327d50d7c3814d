import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

import type { Message } from "./graphql-socket.ts";

const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;

/** A WebSocket whose every byte is the test's: one that stops reading, that goes without a word, or that breaks the protocol of frames. */
export class RawSocket implements Disposable {
  /** The texts that came. */
  readonly texts: string[] = [];
  /** By which code the server closed; null: without one. */
  readonly closeCode: Promise<number | null>;
  readonly #socket: Socket;
  readonly #closed = Promise.withResolvers<number | null>();
  #bytes: Buffer = Buffer.alloc(0);
  #isOpen = false;
  #closedBy: number | null | undefined;
  #next = 0;
  #news = Promise.withResolvers<void>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.closeCode = this.#closed.promise;
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      if (!this.#isOpen) this.#readHead();
      if (this.#isOpen) this.#readFrames();
      this.#tell();
    });
    socket.on("close", () => this.#end(null));
  }

  /** @throws Error with what the server answered, when that is no WebSocket */
  static async open(url: string, subprotocol: string, headers: Readonly<Record<string, string>> = {}): Promise<RawSocket> {
    const { hostname, port, pathname } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    const opened = new RawSocket(socket);
    const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(
      `GET ${pathname === "/" ? "" : pathname}/graphql HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\nSec-WebSocket-Protocol: ${subprotocol}\r\n${more.join("")}\r\n`,
    );
    await opened.until(() => opened.#isOpen);
    if (!opened.#isOpen) throw new Error(`No WebSocket: ${opened.#bytes.toString()}`);
    return opened;
  }

  /** A text, any bytes in a frame, or a message as JSON. */
  send(message: string | Buffer | object, opcode: number = opcodes.text): void {
    const payload = typeof message === "string" || Buffer.isBuffer(message) ? message : JSON.stringify(message);
    this.write(frame(Buffer.from(payload as string), opcode));
  }

  /** Any bytes, as they are. */
  write(bytes: Buffer): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes);
  }

  /** The next message; null: the connection has ended. */
  async next(): Promise<Message | null> {
    await this.until(() => this.#next < this.texts.length);
    const text = this.texts[this.#next];
    if (text === undefined) return null;
    this.#next += 1;
    return JSON.parse(text) as Message;
  }

  /** Until it is so, or the connection has ended. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo() && !this.isOver) await this.#news.promise;
  }

  get isOver(): boolean {
    return this.#closedBy !== undefined;
  }

  /** Takes nothing more from the connection until {@link resume}. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Ends the connection as a machine does that loses its power. */
  destroy(): void {
    this.#socket.destroy();
  }

  [Symbol.dispose](): void {
    this.destroy();
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }

  #end(code: number | null): void {
    this.#closedBy ??= code;
    this.#closed.resolve(code);
    this.#tell();
  }

  #readHead(): void {
    const end = this.#bytes.indexOf("\r\n\r\n");
    if (end === -1) return;
    if (!this.#bytes.subarray(0, end).toString().startsWith("HTTP/1.1 101")) return this.#end(null);
    this.#isOpen = true;
    this.#bytes = this.#bytes.subarray(end + 4);
  }

  #readFrames(): void {
    for (let found = readFrame(this.#bytes); found !== null; found = readFrame(this.#bytes)) {
      const { opcode, payload, length } = found;
      this.#bytes = this.#bytes.subarray(length);
      if (opcode === opcodes.text) this.texts.push(payload.toString());
      if (opcode === opcodes.ping) this.send(payload, opcodes.pong);
      if (opcode === opcodes.close) this.#end(payload.length >= 2 ? payload.readUInt16BE(0) : null);
    }
  }
}

function readFrame(bytes: Buffer): { readonly opcode: number; readonly payload: Buffer; readonly length: number } | null {
  if (bytes.length < 2) return null;
  const short = bytes[1]! & 127;
  const at = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < at) return null;
  const size = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  if (bytes.length < at + size) return null;
  return { opcode: bytes[0]! & 15, payload: bytes.subarray(at, at + size), length: at + size };
}

/** What a client sends is masked; a mask of zeros leaves it as it is. */
export function frame(payload: Buffer, opcode: number, isLast = true): Buffer {
  const head = Buffer.alloc(14);
  head[0] = (isLast ? 128 : 0) | opcode;
  let length = 2;
  if (payload.length < 126) head[1] = 128 | payload.length;
  else if (payload.length < 65_536) {
    head[1] = 128 | 126;
    head.writeUInt16BE(payload.length, 2);
    length = 4;
  } else {
    head[1] = 128 | 127;
    head.writeBigUInt64BE(BigInt(payload.length), 2);
    length = 10;
  }
  return Buffer.concat([head.subarray(0, length + 4), payload]);
}
