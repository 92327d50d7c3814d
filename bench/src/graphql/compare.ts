import { setTimeout as delay } from "node:timers/promises";
import { processTree } from "../measuring/processes.ts";
import { askOnce, drive, type Driven, type Question } from "./drive.ts";
import { countStatements, forgetStatements } from "./statements.ts";

/** One of the two webservers. */
export interface Side {
  readonly url: string;
  /** Its first process; what that started counts, too. */
  readonly pid: number;
  readonly database: string;
  /** Requests before it is measured, until what it compiles on the way is compiled. */
  readonly warmUp: number;
}

export interface Figures {
  readonly one: Driven;
  readonly eight: Driven;
  /** Processor time of an answer, in milliseconds. */
  readonly cpuMs: number;
  readonly statements: number;
}

export interface CompareOptions {
  readonly serverUrl: string;
  /** For each number of clients. */
  readonly seconds: number;
}

const slowMs = 1_500;

export async function measure(side: Side, question: Question, { serverUrl, seconds }: CompareOptions): Promise<Figures> {
  const from = performance.now();
  await askOnce(side.url, question);
  // Of what takes seconds, a few are enough.
  const isSlow = performance.now() - from > slowMs;
  // Twice more, so that what is compiled and kept is there.
  for (let round = isSlow ? 2 : 0; round < 2; round += 1) await askOnce(side.url, question);
  const counted = isSlow ? 1 : 5;
  await forgetStatements(serverUrl);
  for (let round = 0; round < counted; round += 1) await askOnce(side.url, question);
  const statements = (await countStatements(serverUrl, side.database)) / counted;
  await drive(side.url, question, { clients: 4, seconds: 0, atLeast: isSlow ? 0 : side.warmUp });
  const before = cpuOf(side.pid);
  const one = await drive(side.url, question, { clients: 1, seconds, atLeast: isSlow ? 2 : 5 });
  const eight = await drive(side.url, question, { clients: 8, seconds, atLeast: 8 });
  const cpuMs = (cpuOf(side.pid) - before) / (one.samples.length + eight.samples.length);
  await delay(50);
  return { one, eight, cpuMs, statements };
}

const cpuOf = (pid: number): number => processTree([pid]).reduce((sum, { cpuMs }) => sum + cpuMs, 0);
