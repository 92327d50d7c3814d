import { inProcessExecutor, job, logger, type LogRecord, op, secret } from "@dagwright/definitions";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { executeInProcess } from "../index.ts";

const talk = op("talk", { config: z.object({ token: secret(z.string()).optional() }) }, (_, { log, op: { config } }) => {
  log.debug("a detail");
  log.info(`with ${config.token}`);
  log.critical("an outcry");
});
const fail = op("fail", () => {
  throw new Error("broken");
});

const collecting = (records: LogRecord[], closed: string[] = []) =>
  logger("collecting", { config: z.object({ prefix: z.string() }) }, ({ config, run }) => {
    const handler = (record: LogRecord): void => void records.push({ ...record, message: `${config.prefix}${record.message}` });
    return Object.assign(handler, { [Symbol.asyncDispose]: async () => void closed.push(run.jobName) });
  });

describe("loggers", () => {
  test("get the events and lines of a run whose config names them, without its secrets", async () => {
    const records: LogRecord[] = [];
    const closed: string[] = [];
    const talking = job("talking", { executor: inProcessExecutor, loggers: [collecting(records, closed)] }, () => void talk());
    await executeInProcess(talking);
    expect(records).toEqual([]);
    const runConfig = {
      ops: { talk: { config: { token: "hunter2" } } },
      loggers: { collecting: { config: { prefix: "> " } } },
    };
    const { runId } = await executeInProcess(talking, { runConfig });
    const lines = records.filter(({ event }) => event === null);
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ["DEBUG", "> a detail"],
      ["INFO", "> with ********"],
      ["CRITICAL", "> an outcry"],
    ]);
    expect(lines[0]).toMatchObject({ runId, jobName: "talking", stepKey: "talk", at: expect.any(Date) as Date });
    expect(records.map(({ event }) => event?.type)).toEqual(expect.arrayContaining(["STEP_START", "STEP_SUCCESS"]));
    expect(closed).toEqual(["talking"]);
  });

  test("have their config checked with the rest of run config", async () => {
    const talking = job("talking", { loggers: [collecting([])] }, () => void talk());
    const runConfig = { loggers: { collecting: {}, colecting: {} } };
    const { outcome } = await executeInProcess(talking, { runConfig, raiseOnError: false });
    expect(outcome.message).toContain("loggers.collecting.config.prefix: is missing; it needs text");
    expect(outcome.message).toContain('loggers.colecting: there is no such field; did you mean "collecting"?');
  });

  test("that throw are told once and change nothing; one that cannot be made fails the run", async () => {
    const broken = logger("broken", () => () => {
      throw new Error("no disk");
    });
    const unmade = logger("unmade", () => {
      throw new Error("no route");
    });
    const talking = job("talking", { executor: inProcessExecutor, loggers: [broken, unmade] }, () => void talk());
    const result = await executeInProcess(talking, { runConfig: { loggers: { broken: {} } } });
    const told = result.eventsOf("ENGINE_EVENT").filter(({ message }) => message.includes("Logger"));
    expect(told.map(({ message }) => message)).toEqual(['Logger "broken" failed and gets nothing more: no disk']);
    const { outcome } = await executeInProcess(talking, { runConfig: { loggers: { unmade: {} } }, raiseOnError: false });
    expect(outcome).toMatchObject({
      reason: "JOB_INITIALIZATION_FAILURE",
      message: expect.stringContaining('Logger "unmade" could not be made: no route') as string,
    });
  });

  test("named console write to stderr, from their level on", async () => {
    const written: string[] = [];
    const spy = vi.spyOn(process.stderr, "write").mockImplementation((text) => written.push(String(text)) > 0);
    onTestFinished(() => spy.mockRestore());
    const failing = job("failing", { executor: inProcessExecutor }, () => {
      talk();
      fail();
    });
    const runConfig = { loggers: { console: { config: { log_level: "warning", name: "mine" } } } };
    await executeInProcess(failing, { runConfig, raiseOnError: false });
    expect(written.map((line) => line.replace(/^\S+ - /, "").replace(/ - [0-9a-f-]{36} - /, " - "))).toEqual([
      "mine - CRITICAL - failing - talk - an outcry\n",
      expect.stringMatching(/^mine - ERROR - failing - fail - Execution of step "fail" failed/),
    ]);
    const loud = { loggers: { console: { config: { log_level: "LOUD" } } } };
    const { outcome } = await executeInProcess(failing, { runConfig: loud, raiseOnError: false });
    expect(outcome.message).toContain('its `log_level` is "LOUD"; it must be one of DEBUG, INFO');
  });
});
