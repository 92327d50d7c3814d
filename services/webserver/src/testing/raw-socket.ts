import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

import type { Message } from "./graphql-socket.ts";

/** A WebSocket client that can stop reading, and that can go without a word, as no well-behaved one does. */
export interface RawSocket extends Disposable {
  send(message: object | string): void;
  /** Takes nothing more from the connection until {@link resume}. */
  pause(): void;
  resume(): void;
  /** The next message; null: the connection has ended. */
  next(): Promise<Message | null>;
  /** Ends the connection as a machine does that loses its power. */
  destroy(): void;
  /** The code by which the server closed; null: without one. */
  readonly closeCode: Promise<number | null>;
}

const text = 1;
const close = 8;
const ping = 9;
const pong = 10;

/** @param protocol - the subprotocol to ask for */
export async function openRawSocket(url: string, protocol: string): Promise<RawSocket> {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  const received: (Message | null)[] = [];
  const waiting: ((message: Message | null) => void)[] = [];
  const closed = Promise.withResolvers<number | null>();
  const deliver = (message: Message | null): void => {
    const next = waiting.shift();
    if (next === undefined) received.push(message);
    else next(message);
  };
  socket.write(
    `GET ${pathname === "/" ? "" : pathname}/graphql HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\nSec-WebSocket-Protocol: ${protocol}\r\n\r\n`,
  );
  const opened = Promise.withResolvers<void>();
  let bytes: Buffer = Buffer.alloc(0);
  let isOpen = false;
  socket.on("data", (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    if (!isOpen) {
      const end = bytes.indexOf("\r\n\r\n");
      if (end === -1) return;
      if (!bytes.subarray(0, end).toString().startsWith("HTTP/1.1 101")) {
        opened.reject(new Error(bytes.subarray(0, end).toString()));
        return;
      }
      isOpen = true;
      bytes = bytes.subarray(end + 4);
      opened.resolve();
    }
    for (let frame = readFrame(bytes); frame !== null; frame = readFrame(bytes)) {
      bytes = bytes.subarray(frame.length);
      if (frame.opcode === text) deliver(JSON.parse(frame.payload.toString()) as Message);
      if (frame.opcode === ping) writeFrame(socket, pong, frame.payload);
      if (frame.opcode === close) closed.resolve(frame.payload.length >= 2 ? frame.payload.readUInt16BE(0) : null);
    }
  });
  socket.on("close", () => {
    opened.reject(new Error("The connection ended before it was open"));
    closed.resolve(null);
    deliver(null);
  });
  await opened.promise;
  return {
    closeCode: closed.promise,
    send: (message) => writeFrame(socket, text, Buffer.from(typeof message === "string" ? message : JSON.stringify(message))),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    next: () => {
      const message = received.shift();
      if (message !== undefined) return Promise.resolve(message);
      const { promise, resolve } = Promise.withResolvers<Message | null>();
      waiting.push(resolve);
      return promise;
    },
    destroy: () => void socket.destroy(),
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

function readFrame(bytes: Buffer): { readonly opcode: number; readonly payload: Buffer; readonly length: number } | null {
  if (bytes.length < 2) return null;
  let length = bytes[1]! & 127;
  let at = 2;
  if (length === 126) {
    if (bytes.length < 4) return null;
    length = bytes.readUInt16BE(2);
    at = 4;
  } else if (length === 127) {
    if (bytes.length < 10) return null;
    length = Number(bytes.readBigUInt64BE(2));
    at = 10;
  }
  if (bytes.length < at + length) return null;
  return { opcode: bytes[0]! & 15, payload: bytes.subarray(at, at + length), length: at + length };
}

/** Clients mask what they send; a mask of zeros leaves it as it is. */
function writeFrame(socket: Socket, opcode: number, payload: Buffer): void {
  const head = Buffer.alloc(14);
  head[0] = 128 | opcode;
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
  socket.write(Buffer.concat([head.subarray(0, length + 4), payload]));
}
