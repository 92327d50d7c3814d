import { frame, type RawSocket } from "@dagwright/webserver/testing";
import type { Random } from "../chaos/random.ts";
import { anyValue } from "./known-values.ts";
import type { QueryWriter, RandomQuery } from "./random-query.ts";

const dialects = {
  "graphql-ws": { start: "start", stop: "stop", end: "connection_terminate" },
  "graphql-transport-ws": { start: "subscribe", stop: "complete", end: "complete" },
} as const;
export type Subprotocol = keyof typeof dialects;
export const subprotocols = Object.keys(dialects) as readonly Subprotocol[];

/** What a session of a client does with its connection, one after the other. */
type Deed = (connection: RawSocket) => void;

const say = (message: unknown): Deed => {
  const text = JSON.stringify(message);
  return (connection) => connection.send(text);
};

/** The beginning that both subprotocols have. */
export const begin = say({ type: "connection_init", payload: {} });

/** Operations that fit, the way a well-behaved client sends them: queries, mutations and subscriptions, some of which it stops. */
export function fittingDeeds(subprotocol: Subprotocol, writer: QueryWriter, random: Random): readonly Deed[] {
  const { start, stop } = dialects[subprotocol];
  return Array.from({ length: random.between(1, 4) }, (_, index) => {
    const isSubscription = random.next() < 0.4;
    const payload = isSubscription ? writer.writeSubscription(random) : writer.write(random);
    const deed = say({ id: String(index), type: start, payload });
    return isSubscription && random.next() < 0.7 ? [deed, say({ id: String(index), type: stop })] : [deed];
  }).flat();
}

/** Deeds with something wrong about them, in between of what fits. */
export function brokenDeeds(subprotocol: Subprotocol, writer: QueryWriter, random: Random): readonly Deed[] {
  const fitting = fittingDeeds(subprotocol, writer, random);
  const broken = Array.from({ length: random.between(1, 3) }, () => brokenDeed(subprotocol, writer.write(random), random));
  const deeds = random.shuffled([...fitting, ...broken]);
  return random.next() < 0.1 ? deeds : [begin, ...deeds];
}

function brokenDeed(subprotocol: Subprotocol, payload: RandomQuery, random: Random): Deed {
  const { start, stop, end } = dialects[subprotocol];
  const id = random.pick(["0", "1", "", 7, null, {}, [], true, "x".repeat(3_000), "__proto__"]);
  const whole = Buffer.from(JSON.stringify({ id: "0", type: start, payload }));
  const deeds: readonly (() => Deed)[] = [
    // Of the protocol of messages.
    () => say({ id, type: start, payload }),
    () => say({ id: "0", type: start, payload: anyValue(random, 3) }),
    () => say({ id: "0", type: start, payload: { ...payload, query: anyValue(random, 2) } }),
    () => say({ id: "0", type: start, payload: { ...payload, variables: anyValue(random, 3) } }),
    () => say({ id: "0", type: start, payload: { ...payload, operationName: anyValue(random, 1) } }),
    () => say({ id: "0", type: start, payload: { ...payload, extensions: anyValue(random, 3) } }),
    () => say({ id: "0", type: start }),
    () =>
      say({
        id: "0",
        type: start,
        payload: { ...payload, query: payload.query.slice(0, random.between(0, payload.query.length)) },
      }),
    () => say({ id, type: stop }),
    () => say({ id: "nobody has asked so", type: stop }),
    () => say({ type: random.pick(["", "sing", "data", "next", "error", "connection_ack", "ka", "x".repeat(2_000)]), id: "0" }),
    () => say({ type: anyValue(random, 2) }),
    () => say(anyValue(random, 3)),
    () => begin,
    () => say({ type: "connection_init", payload: anyValue(random, 3) }),
    () => say({ type: end }),
    () => say({ type: random.pick(["ping", "pong"]), payload: anyValue(random, 2) }),
    // The same id again, and many at once.
    () => (connection) => {
      for (let times = 0; times < 3; times += 1) connection.send(whole);
    },
    () => (connection) => {
      for (let n = 0; n < 130; n += 1)
        connection.send(
          JSON.stringify({
            id: `many${n}`,
            type: start,
            payload: { query: "subscription { locationStateChangeEvents { __typename } }" },
          }),
        );
    },
    () => (connection) => {
      for (let n = 0; n < 50; n += 1)
        connection.send(JSON.stringify({ id: `q${n}`, type: start, payload: { query: "{ version }" } }));
    },
    // Of the texts.
    () => (connection) => connection.send(whole.subarray(0, random.between(0, whole.length))),
    () => (connection) => connection.send(""),
    () => (connection) => connection.send(whole, 2),
    () => (connection) => connection.send(Buffer.from([0xff, 0xfe, 0xc0, 0x80])),
    () => (connection) => connection.send(Buffer.alloc(random.between(1, 300) * 1_000, "x")),
    () => (connection) => connection.send(`${"[".repeat(20_000)}`),
    // Of the frames.
    () => (connection) => connection.send("", random.pick([0, 3, 7, 11, 15])),
    () => (connection) => connection.send(Buffer.alloc(random.between(0, 200)), random.pick([8, 9, 10])),
    () => (connection) => connection.write(frame(whole, 1, false)),
    () => (connection) => {
      connection.write(frame(whole.subarray(0, 5), 1, false));
      connection.write(frame(whole.subarray(5), 0));
    },
    () => (connection) => connection.write(frame(whole, 0)),
    // Without a mask, as only servers may; with reserved bits; with a length that never comes, or that nothing has.
    () => (connection) => connection.write(Buffer.from([0x81, 2, 0x7b, 0x7d])),
    () => (connection) => connection.write(Buffer.from([0xf1, 0x80, 0, 0, 0, 0])),
    () => (connection) => connection.write(Buffer.from([0x81, 0xfe, 0xff])),
    () => (connection) => connection.write(Buffer.from([0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])),
    () => (connection) =>
      connection.write(Buffer.from(Array.from({ length: random.between(1, 200) }, () => random.between(0, 255)))),
    () => (connection) => connection[Symbol.dispose](),
  ];
  return random.pick(deeds)();
}
