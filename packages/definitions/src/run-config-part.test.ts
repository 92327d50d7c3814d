import { runConfigTypeOfPart, SelectedPart } from "@dagwright/graph";
import { type AssetKey, type JobSnapshot, type RunConfigPart, stepKey } from "@dagwright/model";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  asset,
  assetCheck,
  buildRepository,
  checkResult,
  configMapping,
  defineAssetJob,
  definitions,
  graph,
  job,
  op,
  opIn,
  type Repository,
  resource,
  secret,
  successHook,
  validateRunConfig,
} from "./index.ts";

const int = z.int();
const config = z.object({ n: int });
const ofSteps = (...steps: readonly string[]): RunConfigPart => ({
  selection: { stepKeys: steps.map(stepKey), assetKeys: null },
  isReexecution: false,
});
const ofAssets = (...assetKeys: readonly AssetKey[]): RunConfigPart => ({
  selection: { stepKeys: null, assetKeys },
  isReexecution: false,
});

/** The config that the run has, or what is wrong with the given one. */
function check(repository: Repository, name: string, runConfig: object, part?: RunConfigPart) {
  const checked = validateRunConfig(repository, name, runConfig, part === undefined ? {} : { part });
  return checked.ok ? checked.config : checked.errors.map(({ message }) => message);
}

describe("a part of a job", () => {
  const inner = resource("inner", { config: z.object({ token: secret(z.string()) }) }, () => 1);
  const outer = resource("outer", { resources: { inner } }, () => 1);
  const notified = resource("notified", { config }, () => 1);
  const store = resource("store", { config }, () => ({ handleOutput: () => {}, loadInput: () => 1 }));
  const reader = resource("reader", { config }, () => ({ loadInput: () => 1 }));
  const notify = successHook("notify", { resources: { notified } }, () => {});

  const make = op("make", { config, out: int, ioManagerKey: "store" }, () => 1);
  const use = op("use", { ins: { x: int }, config, resources: { outer }, out: int }, ({ x }) => x);
  const read = op("read", { ins: { x: opIn(int, { inputManagerKey: "reader" }) } }, () => {});
  const last = op("last", { ins: { x: int, y: int.default(2) } }, () => {});
  const a = asset("a", { config }, () => 1);
  const b = asset("b", { config, resources: { outer } }, () => 1);
  const fine = assetCheck("fine", { asset: a, resources: { notified } }, () => checkResult({ passed: true }));
  const repository = buildRepository(
    definitions({
      assets: [a, b],
      assetChecks: [fine],
      resources: [inner, outer, notified, store, reader],
      jobs: [
        defineAssetJob("assets"),
        job("ops", () => {
          const made = make();
          const used = use({ x: made });
          read({ x: made });
          last.withHooks(notify)({ x: used });
        }),
      ],
    }),
  );

  test("asks for the config of what it executes, and of the resources that this uses, also by way of others", () => {
    expect(check(repository, "ops", {}, ofSteps("make"))).toEqual([
      "ops.make.config.n: is missing; it needs a whole number",
      "resources.store.config.n: is missing; it needs a whole number",
    ]);
    const used = { ops: { use: { config: { n: 1 }, inputs: { x: 3 } } } };
    expect(check(repository, "ops", used, ofSteps("use"))).toEqual(["resources.inner.config.token: is missing; it needs text"]);
    expect(
      check(
        repository,
        "ops",
        { ops: { make: { config: { n: 1 } } }, resources: { store: { config: { n: 1 } } } },
        ofSteps("make", "read"),
      ),
    ).toEqual(["resources.reader.config.n: is missing; it needs a whole number"]);
    expect(check(repository, "ops", { ops: { last: { inputs: { x: 1 } } } }, ofSteps("last"))).toEqual([
      "resources.notified.config.n: is missing; it needs a whole number",
    ]);
    expect(check(repository, "assets", {}, ofAssets(["b"]))).toEqual([
      "ops.b.config.n: is missing; it needs a whole number",
      "resources.inner.config.token: is missing; it needs text",
    ]);
    const withoutChecks = { selection: { stepKeys: null, assetKeys: [["a"]], checkKeys: [] }, isReexecution: false };
    expect(check(repository, "assets", { ops: { a: { config: { n: 1 } } } }, withoutChecks)).toMatchObject({
      ops: { a: { config: { n: 1 } } },
    });
    expect(check(repository, "assets", { ops: { a: { config: { n: 1 } } } }, ofAssets(["a"]))).toEqual([
      "resources.notified.config.n: is missing; it needs a whole number",
    ]);
  });

  test("what is given for the rest is checked, does not reach the run, and its environment is not read", () => {
    const given = {
      ops: { make: { config: { n: 1 } }, use: { config: { n: { env: "DAGWRIGHT_TEST_NOT_SET" } } } },
      resources: { store: { config: { n: 1 } }, inner: { config: { token: "hush-hush" } } },
    };
    const checked = validateRunConfig(repository, "ops", given, { part: ofSteps("make"), env: {} });
    expect(checked.ok && new Set(checked.secrets)).toEqual(new Set(["hush-hush"]));
    expect(checked.ok && Object.keys(checked.config.ops)).toEqual(["make"]);
    expect(checked.ok && Object.keys(checked.config.resources)).toEqual(["store"]);
    const wrong = { ...given, resources: { ...given.resources, inner: { config: { token: 7, tokem: "x" } } } };
    expect(check(repository, "ops", wrong, ofSteps("make"))).toEqual([
      "resources.inner.config.token: expected text, got a number",
      'resources.inner.config.tokem: there is no such field; did you mean "token"?',
    ]);
  });

  test("an earlier run has the values of what is left out", () => {
    const given = { ops: { use: { config: { n: 1 } } }, resources: { inner: { config: { token: "hush-hush" } } } };
    expect(check(repository, "ops", given, ofSteps("use"))).toEqual([
      "ops.use.inputs.x: is missing; it needs a value, since the op that makes it is not selected",
    ]);
    const again = { ...ofSteps("use"), isReexecution: true };
    // It is read through the manager that stored it.
    expect(check(repository, "ops", given, again)).toEqual(["resources.store.config.n: is missing; it needs a whole number"]);
    const whole = { ...given, resources: { ...given.resources, store: { config: { n: 1 } } } };
    expect(check(repository, "ops", whole, again)).toMatchObject({ ops: { use: { config: { n: 1 } } } });
  });

  test("its config types have keys by their content, and nothing that it does not refer to", () => {
    const { snapshot } = repository.jobs.get("ops")!;
    const typesOf = (part: RunConfigPart) => runConfigTypeOfPart(snapshot, new SelectedPart(snapshot, part));
    const one = typesOf(ofSteps("make"));
    expect(typesOf(ofSteps("make"))).toEqual(one);
    expect(typesOf(ofSteps("use")).runConfigType).not.toBe(one.runConfigType);
    expect(requiredIn(one)).toEqual(["ops.make.config", "resources.store.config"]);
    const keys = new Set(one.configTypes.map(({ key }) => key));
    for (const type of one.configTypes)
      if ("fields" in type) for (const field of type.fields) expect(keys.has(field.type)).toBe(true);
  });

  /** Paths of the required config. */
  function requiredIn({ configTypes, runConfigType }: Pick<JobSnapshot, "configTypes" | "runConfigType">): readonly string[] {
    const types = new Map(configTypes.map((type) => [type.key, type]));
    const within = (key: string, path: string): readonly string[] => {
      const type = types.get(key);
      if (type?.kind !== "shape") return [];
      return type.fields.flatMap(({ name, type: inner, isRequired }) =>
        !isRequired ? [] : name === "config" ? [`${path}${name}`] : within(inner, `${path}${name}.`),
      );
    };
    return within(runConfigType, "");
  }
});

describe("inputs that run config gives", () => {
  const use = op("use", { ins: { x: int }, out: int }, ({ x }) => x);
  const wrapped = op("wrapped", { ins: { x: z.object({ value: int }) } }, () => {});
  const twice = op("twice", { ins: { x: int, value: int.default(1) } }, () => {});
  const anything = op("anything", { ins: { x: z.any() } }, () => {});
  const doubled = graph("doubled", { ins: { x: int } }, ({ x }) => use({ x: use.alias("first")({ x }) }));
  const around = graph("around", { ins: { x: int, unused: int } }, ({ x, unused }) => {
    use.alias("other")({ x: unused });
    return doubled({ x });
  });
  const repository = buildRepository(
    definitions({
      jobs: [
        around.toJob({ name: "values" }),
        around.toJob({ name: "one_value", inputValues: { unused: 7 } }),
        job("wrapping", () => {
          const made = op("made", { out: int }, () => 1)();
          wrapped({ x: op("object", { out: z.object({ value: int }) }, () => ({ value: 1 }))() });
          anything({ x: made });
          twice({ x: made });
        }),
      ],
    }),
  );

  test("of a job's graph, through graphs within it", () => {
    const inner = { ops: { first: { inputs: { x: 3 } } } };
    const expected = { ops: { other: { inputs: { x: 7 } }, doubled: inner } };
    expect(check(repository, "values", { inputs: { x: 3, unused: { value: 7 } } })).toMatchObject(expected);
    expect(check(repository, "one_value", { inputs: { x: 3 } })).toMatchObject(expected);
    expect(check(repository, "values", { inputs: { x: "3" } })).toEqual([
      "inputs.unused: is missing; it needs a value",
      "inputs.x: Invalid input: expected number, received string",
    ]);
    expect(check(repository, "one_value", { inputs: { x: 3, unused: 1 } })).toEqual([
      "inputs.unused: has its value in the job's `inputValues`, and run config cannot give another",
    ]);
  });

  test("what is wired is told as such", () => {
    const given = { inputs: { x: 3, unused: 7 }, ops: { doubled: { ops: { use: { inputs: { x: 4 } } }, inputs: { x: 1 } } } };
    expect(check(repository, "values", given)).toEqual([
      "ops.doubled.ops.use.inputs: all inputs are wired, and have their values from there",
      "ops.doubled.inputs: all inputs are wired, and have their values from there",
    ]);
    const made = { ops: { object: {}, twice: { inputs: { value: 1, x: { value: 1 } } } } };
    expect(check(repository, "wrapping", made)).toEqual([
      "ops.twice.inputs.x: is wired, and has its value from there; run config gives only what nothing selected makes",
    ]);
  });

  test("only those that a selected op takes are required", () => {
    expect(check(repository, "values", {}, ofSteps("other"))).toEqual(["inputs.unused: is missing; it needs a value"]);
    expect(
      check(repository, "values", { ops: { doubled: { ops: { use: { inputs: { x: 4 } } } } } }, ofSteps("doubled.use")),
    ).toMatchObject({ ops: { doubled: { ops: { use: { inputs: { x: 4 } } } } } });
  });

  test("a value stands as it is where the schema takes it so, or under `value`", () => {
    const inputsOf = (name: string, x: unknown) =>
      check(repository, "wrapping", { ops: { [name]: { inputs: { x } } } }, ofSteps(name));
    expect(inputsOf("wrapped", { value: 1 })).toMatchObject({ ops: { wrapped: { inputs: { x: { value: 1 } } } } });
    expect(inputsOf("wrapped", { value: { value: 1 } })).toMatchObject({ ops: { wrapped: { inputs: { x: { value: 1 } } } } });
    expect(inputsOf("anything", { value: 1 })).toMatchObject({ ops: { anything: { inputs: { x: 1 } } } });
    expect(inputsOf("anything", [1])).toMatchObject({ ops: { anything: { inputs: { x: [1] } } } });
    expect(inputsOf("wrapped", { value: "one" })).toEqual([
      "ops.wrapped.inputs.x.value: Invalid input: expected object, received string",
    ]);
  });
});

describe("config mappings of jobs", () => {
  const times = op("times", { ins: { x: int }, config, out: int }, ({ x }) => x);
  const free = graph("free", { ins: { x: int } }, ({ x }) => times({ x }));
  const mapped = graph(
    "mapped",
    { ins: { x: int }, config: z.object({ factor: int }), mapConfig: ({ factor }) => ({ times: { config: { n: factor } } }) },
    ({ x }) => times.alias("times")({ x }),
  );
  const jobOf = (map: (given: { readonly factor: number }) => object) =>
    buildRepository(
      definitions({
        jobs: [
          free.toJob({
            name: "j",
            inputValues: { x: 2 },
            config: configMapping(z.object({ factor: int.min(1) }), map as () => never),
          }),
        ],
      }),
    );

  test("of the graph: run config speaks to it as a whole", () => {
    const repository = buildRepository(definitions({ jobs: [mapped.toJob({ name: "j", inputValues: { x: 2 } })] }));
    expect(check(repository, "j", { ops: { config: { factor: 4 } } })).toMatchObject({
      ops: { times: { config: { n: 4 }, inputs: { x: 2 } } },
    });
    expect(check(repository, "j", { ops: { times: { config: { n: 1 } } } })).toEqual([
      "ops.times: there is no such field; known here: config",
      "ops.config.factor: is missing; it needs a whole number",
    ]);
    expect(check(repository, "j", {}, ofSteps("times"))).toEqual(["ops.config.factor: is missing; it needs a whole number"]);
  });

  test("of the job: what is given becomes run config", () => {
    const repository = jobOf(({ factor }) => ({ ops: { times: { config: { n: factor } } } }));
    expect(check(repository, "j", { factor: 4 })).toMatchObject({ ops: { times: { config: { n: 4 }, inputs: { x: 2 } } } });
    expect(check(repository, "j", { factor: 0 })).toEqual(["factor: Too small: expected number to be >=1"]);
    expect(check(repository, "j", { ops: {} })).toEqual([
      "ops: there is no such field; known here: factor",
      "factor: is missing; it needs a whole number",
    ]);
    expect(check(repository, "j", { factor: 4 }, ofSteps("times"))).toMatchObject({ ops: { times: { config: { n: 4 } } } });
  });

  test("a mapping that fails, or gives what does not fit, is told with its words", () => {
    const throwing = jobOf(() => {
      throw new Error("no such day");
    });
    expect(check(throwing, "j", { factor: 1 })).toEqual(['run config: configMapping of job "j" threw an error: no such day']);
    const wrong = jobOf(() => ({ ops: { times: { config: { n: "x" } } } }));
    expect(check(wrong, "j", { factor: 1 })).toEqual([
      "run config: what its mapping makes of it does not fit: ops.times.config.n: expected a whole number, got 'x'",
    ]);
  });
});
