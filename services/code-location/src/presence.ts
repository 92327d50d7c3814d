import { once } from "node:events";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";

/**
 * Which fronts are alive on this machine, by sockets on which they do nothing but listen: the kernel closes a dead process's socket,
 * while its pid may be somebody else's by now.
 */
export interface Presence extends AsyncDisposable {
  /** Whether the front with that id lives; our own does. */
  isAlive(serverId: string): Promise<boolean>;
}

/** Announces this front. */
export async function openPresence(runtimeDirectory: string, serverId: string): Promise<Presence> {
  const directory = join(runtimeDirectory, "fronts");
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, serverId);
  const server = createServer((socket) => socket.destroy());
  server.listen(path);
  await once(server, "listening");
  server.unref();

  const isAlive = async (other: string): Promise<boolean> => other === serverId || (await answers(join(directory, other)));
  for (const other of readdirSync(directory)) if (!(await isAlive(other))) rmSync(join(directory, other), { force: true });

  return {
    isAlive,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      await closed;
      rmSync(path, { force: true });
    },
  };
}

async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
