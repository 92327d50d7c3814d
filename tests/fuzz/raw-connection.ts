import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;

/** A WebSocket whose every byte is the test's, so that it can break the protocol of frames, too. */
export class RawConnection implements Disposable {
  /** The texts that came, and by which code the server closed; null: without one. */
  readonly texts: string[] = [];
  closedBy: number | null | undefined;
  readonly #socket: Socket;
  #bytes: Buffer = Buffer.alloc(0);
  #isOpen = false;
  #news = Promise.withResolvers<void>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      if (!this.#isOpen) this.#readHead();
      if (this.#isOpen) this.#readFrames();
      this.#tell();
    });
    socket.on("close", () => {
      this.closedBy ??= null;
      this.#tell();
    });
  }

  static async open(url: string, subprotocol: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    const connection = new RawConnection(socket);
    socket.write(
      `GET /graphql HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
        `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\nSec-WebSocket-Protocol: ${subprotocol}\r\n\r\n`,
    );
    await connection.until(() => connection.#isOpen);
    return connection;
  }

  /** Any bytes, as they are. */
  write(bytes: Buffer): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes);
  }

  send(text: string | Buffer, opcode: number = opcodes.text): void {
    this.write(frame(Buffer.from(text as string), opcode));
  }

  get isOver(): boolean {
    return this.closedBy !== undefined;
  }

  /** Until it is so, or the connection has ended. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo() && !this.isOver) await this.#news.promise;
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }

  #readHead(): void {
    const end = this.#bytes.indexOf("\r\n\r\n");
    if (end === -1) return;
    const head = this.#bytes.subarray(0, end).toString();
    if (!head.startsWith("HTTP/1.1 101")) throw new Error(`No WebSocket: ${head}`);
    this.#isOpen = true;
    this.#bytes = this.#bytes.subarray(end + 4);
  }

  #readFrames(): void {
    for (let found = readFrame(this.#bytes); found !== null; found = readFrame(this.#bytes)) {
      const { opcode, payload, length } = found;
      this.#bytes = this.#bytes.subarray(length);
      if (opcode === opcodes.text) this.texts.push(payload.toString());
      if (opcode === opcodes.ping) this.send(payload, opcodes.pong);
      if (opcode === opcodes.close) this.closedBy = payload.length >= 2 ? payload.readUInt16BE(0) : null;
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
