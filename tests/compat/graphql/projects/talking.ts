import { existsSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { definitions, inProcessExecutor, job, op } from "dagwright";

const marker = process.env["COMPAT_MARKER"];
if (existsSync(`${marker}broken`)) throw new Error("this location cannot be loaded");

const talk = op("talk", async () => {
  console.log("one");
  console.log("zwei: äöü 🌳");
  while (!existsSync(`${marker}go`)) await setTimeout(50);
  for (let n = 0; n < 200; n += 1) console.log(`line ${n}`);
});

export const project = definitions({
  jobs: [
    job("talking", { executor: inProcessExecutor }, () => {
      talk();
    }),
  ],
});
