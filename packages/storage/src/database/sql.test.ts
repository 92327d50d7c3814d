import { describe, expect, test } from "vitest";
import { sql } from "./sql.ts";

describe("sql", () => {
  test("what is filled in becomes a parameter, whatever it looks like", () => {
    const text = "'; drop table runs; --";
    expect(sql`select ${text}::text, ${[1, 2]}::int[], ${null}`.compile()).toEqual({
      sql: "select $1::text, $2::int[], $3",
      parameters: [text, [1, 2], null],
    });
  });

  test("pieces are part of the text, and parameters are numbered through all of them", () => {
    const isOurs = sql`worker = ${"w"}`;
    expect(sql`select 1 where a = ${1} and ${isOurs} and ${sql.raw("c = 3")} and d = ${4}`.compile()).toEqual({
      sql: "select 1 where a = $1 and worker = $2 and c = 3 and d = $3",
      parameters: [1, "w", 4],
    });
  });

  test("a piece can be used twice", () => {
    const one = sql`${1}::int`;
    expect(sql`${one} + ${one}`.compile()).toEqual({ sql: "$1::int + $2::int", parameters: [1, 1] });
    expect(one.compile()).toEqual({ sql: "$1::int", parameters: [1] });
  });

  test("lists of pieces and parameters, with a comma or another piece between", () => {
    expect(sql`in (${sql.join([1, sql`now()`, "x"])})`.compile()).toEqual({ sql: "in ($1, now(), $2)", parameters: [1, "x"] });
    expect(sql.join([sql`a`, sql`b`], sql` and `).compile()).toEqual({ sql: "a and b", parameters: [] });
    expect(sql`(${sql.join([])})`.compile()).toEqual({ sql: "()", parameters: [] });
  });

  test("names and values of ours cannot leave their quotes", () => {
    expect(sql`${sql.ref("runs.id")} ${sql.table("dagwright.runs")} ${sql.id('a"b', "c.d")}`.compile().sql).toBe(
      '"runs"."id" "dagwright"."runs" "a""b"."c.d"',
    );
    expect(sql`${sql.lit("it's")} ${sql.lit(1.5)} ${sql.lit(true)} ${sql.lit(null)}`.compile().sql).toBe("'it''s' 1.5 true null");
  });
});
