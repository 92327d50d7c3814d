import { isIPv4, isIPv6 } from "node:net";
import { AddressError } from "./errors.ts";

/** Where a code-location server listens: TCP, or a Unix socket of this machine. */
export type Address =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string };

/** `sun_path` has 108 bytes on Linux and 104 on macOS, the closing zero included. */
const socketPathLimitBytes = 103;

/**
 * Reads `host:port`, `[::1]:port` or `unix:/path/to/socket`.
 *
 * @throws AddressError
 */
export function parseAddress(text: string): Address {
  if (text.startsWith("unix:")) {
    const path = text.slice("unix:".length).replace(/^\/\/(?=\/)/, "");
    if (path === "") throw new AddressError(text, "the path is missing");
    if (Buffer.byteLength(path) > socketPathLimitBytes) {
      throw new AddressError(
        text,
        `a socket's path may have ${socketPathLimitBytes} bytes and this one has ${Buffer.byteLength(path)}`,
      );
    }
    return { kind: "unix", path };
  }
  const [, bracketed, plain, portText] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(portText);
  if (host === undefined || port > 65_535) throw new AddressError(text, "it is neither host:port nor unix:PATH");
  return { kind: "tcp", host, port };
}

/** The form that {@link parseAddress} reads, and gRPC too. */
export function formatAddress(address: Address): string {
  if (address.kind === "unix") return `unix:${address.path}`;
  return isIPv6(address.host) ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

/** Whether only processes of this machine can reach it. */
export function isLocalAddress(address: Address): boolean {
  return (
    address.kind === "unix" ||
    address.host === "localhost" ||
    address.host === "::1" ||
    (isIPv4(address.host) && address.host.startsWith("127."))
  );
}
