import { expect, test } from "vitest";
import { formatAddress, isLocalAddress, parseAddress } from "./address.ts";
import { AddressError } from "./errors.ts";

test.each([
  ["127.0.0.1:4000", { kind: "tcp", host: "127.0.0.1", port: 4000 }],
  ["numbers.example:0", { kind: "tcp", host: "numbers.example", port: 0 }],
  ["[::1]:4000", { kind: "tcp", host: "::1", port: 4000 }],
  ["unix:/run/a.sock", { kind: "unix", path: "/run/a.sock" }],
  ["unix:///run/a.sock", { kind: "unix", path: "/run/a.sock" }],
])("%s is an address", (text, address) => {
  expect(parseAddress(text)).toEqual(address);
  expect(parseAddress(formatAddress(parseAddress(text)))).toEqual(address);
});

test.each(["", "4000", "host", "host:port", "host:70000", "unix:", `unix:/${"long".repeat(30)}`])(
  "%j is none, and says why",
  (text) => {
    expect(() => parseAddress(text)).toThrow(AddressError);
  },
);

test("only this machine's own names are local", () => {
  expect(
    ["localhost:1", "127.0.0.1:1", "127.8.8.8:1", "[::1]:1", "unix:/a"].map((text) => isLocalAddress(parseAddress(text))),
  ).toEqual([true, true, true, true, true]);
  expect(["0.0.0.0:1", "127.example.com:1", "10.0.0.1:1", "[::]:1"].map((text) => isLocalAddress(parseAddress(text)))).toEqual([
    false,
    false,
    false,
    false,
  ]);
});
