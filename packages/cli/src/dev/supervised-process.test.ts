import { expect, test } from "vitest";
import { type ProcessSpec, superviseProcess } from "./supervised-process.ts";

const program = (source: string): ProcessSpec => ({
  name: "p",
  command: process.execPath,
  args: ["-e", source],
  env: { PATH: process.env["PATH"] },
  cwd: process.cwd(),
});

/** Collects lines and lets a test wait for one. */
function lines() {
  const seen: string[] = [];
  const waiting: { text: string; resolve: () => void }[] = [];
  return {
    seen,
    add(line: string) {
      seen.push(line);
      for (const { text, resolve } of waiting) if (line.includes(text)) resolve();
    },
    until: (text: string) =>
      seen.some((line) => line.includes(text))
        ? Promise.resolve()
        : new Promise<void>((resolve) => waiting.push({ text, resolve })),
  };
}

test("lines of both streams arrive with the program's name", async () => {
  const output = lines();
  await using _ = superviseProcess(program(`console.log("out"); console.error("err"); setInterval(() => {}, 1000)`), {
    onLine: (name, line, stream) => output.add(`${name} ${stream} ${line}`),
    onCrash: () => {},
  });
  await output.until("p stdout out");
  await output.until("p stderr err");
});

test("a program that ends by itself is told with its exit code and started again", async () => {
  const output = lines();
  const crashes: string[] = [];
  await using _ = superviseProcess(program(`console.log("up"); process.exit(3)`), {
    onLine: (_name, line) => output.add(`${line} ${crashes.length}`),
    onCrash: (_name, how) => crashes.push(how),
  });
  await output.until("up 2");
  expect(crashes.slice(0, 2)).toEqual(["exit code 3", "exit code 3"]);
});

test("disposing lets it drain", async () => {
  const output = lines();
  {
    await using _ = superviseProcess(
      program(
        `process.on("SIGTERM", () => { console.log("drained"); process.exit(0) }); console.log("up"); setInterval(() => {}, 1000)`,
      ),
      { onLine: (_name, line) => output.add(line), onCrash: () => {} },
    );
    await output.until("up");
  }
  expect(output.seen).toEqual(["up", "drained"]);
});

test("one that does not drain is killed", async () => {
  const output = lines();
  const supervised = superviseProcess(
    program(`process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)`),
    {
      onLine: (_name, line) => output.add(line),
      onCrash: () => {},
      drainMs: 50,
    },
  );
  await output.until("up");
  await supervised[Symbol.asyncDispose]();
  expect(supervised.pid()).toBeUndefined();
});
