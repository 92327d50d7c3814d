import { describe, expect, it } from "vitest";
import { homeFromEnvironment } from "./home.ts";

describe("the home", () => {
  it.each([
    [{}, null],
    [{ DAGSTER_HOME: "" }, null],
    [{ DAGSTER_HOME: "/srv/dagster/" }, "/srv/dagster"],
    [{ DAGWRIGHT_HOME: "/srv/a/../b" }, "/srv/b"],
    [{ DAGWRIGHT_HOME: "/srv/a", DAGSTER_HOME: "/srv/a/" }, "/srv/a"],
    [{ DAGSTER_HOME: "~/dagster", HOME: "/home/ann" }, "/home/ann/dagster"],
  ])("of %j is %s", (env, home) => {
    expect(homeFromEnvironment(env)).toBe(home);
  });

  it("named twice and differently is an error", () => {
    expect(() => homeFromEnvironment({ DAGWRIGHT_HOME: "/a", DAGSTER_HOME: "/b" })).toThrow(
      "DAGWRIGHT_HOME is /a and DAGSTER_HOME is /b; set one of them, or both to the same directory",
    );
  });

  it("must be absolute", () => {
    expect(() => homeFromEnvironment({ DAGSTER_HOME: "here" })).toThrow("DAGSTER_HOME is here; it must be an absolute path");
  });
});
