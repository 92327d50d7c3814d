import { once } from "node:events";
import { createConnection, createServer, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** How a code location answers: as it is; not at all; late; with bytes that are no HTTP/2; or it hangs up on everybody. */
export type SocketFault = "none" | "hang" | "late" | "garbage" | "hang-up";

/** A socket before another one, through which real gRPC passes until it is told to misbehave. */
export class FaultySocket implements AsyncDisposable {
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer({ allowHalfOpen: true });
  #fault: SocketFault = "none";
  #healed = Promise.withResolvers<void>();

  private constructor(target: string) {
    this.#server.on("connection", (socket) => this.#connect(socket, target));
  }

  static async at(path: string, target: string): Promise<FaultySocket> {
    const socket = new FaultySocket(target);
    socket.#server.listen(path);
    await once(socket.#server, "listening");
    return socket;
  }

  /** Misbehaves from now on; `none` ends it. */
  setFault(fault: SocketFault): void {
    this.#fault = fault;
    if (fault === "none") {
      this.#healed.resolve();
      this.#healed = Promise.withResolvers();
    }
    if (fault !== "hang-up" && fault !== "garbage") return;
    for (const socket of this.#sockets) {
      if (fault === "garbage") socket.write(garbage);
      socket.destroy();
    }
  }

  #connect(client: Socket, target: string): void {
    if (this.#fault === "hang-up") {
      client.destroy();
      return;
    }
    this.#keep(client);
    if (this.#fault === "garbage") {
      client.end(garbage, () => client.destroy());
      return;
    }
    const server = createConnection(target);
    this.#keep(server);
    const close = (): void => {
      client.destroy();
      server.destroy();
    };
    for (const end of [client, server]) end.on("close", close);
    void this.#forward(client, server).then(close, close);
    void this.#forward(server, client).then(close, close);
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#sockets.delete(socket));
  }

  async #forward(from: Socket, to: Socket): Promise<void> {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      if (this.#fault === "hang") await this.#healed.promise;
      if (this.#fault === "late") await delay(500);
      if (!to.write(chunk)) await once(to, "drain");
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.setFault("hang-up");
    this.#healed.resolve();
    this.#server.close();
    await once(this.#server, "close");
  }
}

/** Longer than a frame's head, and none. */
const garbage = Buffer.from("HTTP/1.1 200 OK\r\n\r\nthis is no gRPC, whatever you may think\n".repeat(20));
