/** Writes `src/gen`: the schema's text, so that it needs no files beside the built program, and its TypeScript types. */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { buildSchema } from "graphql";

import { typesOfSchema } from "./types-of-schema.ts";

const source = join(import.meta.dirname, "..");
const files = globSync("graphql/**/*.graphql", { cwd: source }).sort((a, b) => (a < b ? -1 : 1));
const sdl = files.map((file) => readFileSync(join(source, file), "utf8")).join("\n");

writeFileSync(
  join(source, "gen/sdl.ts"),
  `// Made from src/graphql/**/*.graphql by \`pnpm gen\`. Do not edit.\nexport const sdl = \`\n${sdl.replaceAll(/[\\`$]/g, String.raw`\$&`)}\`;\n`,
);
writeFileSync(join(source, "gen/types.ts"), typesOfSchema(buildSchema(sdl)));
