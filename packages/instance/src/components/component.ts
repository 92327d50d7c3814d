import { z } from "zod";
import { block } from "../config-file/block.ts";
import { suggest } from "../config-file/did-you-mean.ts";
import { isMapping, unmarkEnvReferences } from "../config-file/env-reference.ts";
import { text } from "../config-file/scalars.ts";

/** One component that a `{module, class, config}` block of `dagster.yaml` may name. */
export interface ComponentDefinition<Setting> {
  /** The class name, as Dagster spells it; also matched without regard to case, `_` and `-`. */
  readonly className: string;
  /** Older class names of the same thing. */
  readonly olderNames?: readonly string[];
  /** The Python package it comes from, e.g. `dagster_postgres`. Any module of that package is taken: their paths moved often. */
  readonly pythonPackage: string;
  /** Parses the block's `config` into the setting that the instance works with. */
  readonly config: z.ZodType<Setting>;
  /** What to do instead; set on a component that is known and not built yet. */
  readonly notBuilt?: string;
}

/** A component of the user's own: an npm package or a path, and its export. */
export interface CustomComponent {
  readonly name: "custom";
  /** An npm package, or a path that begins with `./`, `../` or `/`; relative to the instance's home. */
  readonly module: string;
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
}

interface ComponentOptions {
  /** What the block configures, in a sentence, e.g. `run launcher`. */
  readonly noun: string;
  /** Whether users may bring their own. */
  readonly custom: boolean;
}

const codePointer = block({ module: text(), class: text(), config: z.unknown().optional() });

const plain = (word: string): string => word.toLowerCase().replaceAll(/[-_]/g, "");
const packageOf = (module: string): string => module.split(".")[0]!;
const isPythonOfDagster = (module: string): boolean => /^dagster(_\w+)?(\.|$)/.test(module);

/** The schema of one `{module, class, config}` block: looks the component up and parses its config. */
export function component<const Definitions extends readonly ComponentDefinition<unknown>[]>(
  definitions: Definitions,
  { noun, custom }: ComponentOptions,
) {
  type Setting = z.output<Definitions[number]["config"]> | CustomComponent;
  return codePointer.transform((given, context): Setting => {
    const refuse = (path: string[], message: string): never => {
      context.addIssue({ code: "custom", path, message });
      return z.NEVER;
    };
    const found = definitions.find(
      (definition) =>
        definition.pythonPackage === packageOf(given.module) &&
        [definition.className, ...(definition.olderNames ?? [])].some((name) => plain(name) === plain(given.class)),
    );
    if (found !== undefined) {
      const result = found.config.safeParse(given.config ?? {});
      for (const issue of result.error?.issues ?? []) {
        context.issues.push({
          ...issue,
          path: ["config", ...issue.path],
          input: given.config,
        } as (typeof context.issues)[number]);
      }
      if (found.notBuilt !== undefined) return refuse(["class"], `${given.class} is known, but not built yet; ${found.notBuilt}`);
      return result.success ? (result.data as Setting) : z.NEVER;
    }
    const known = definitions.map((definition) => definition.className);
    if (isPythonOfDagster(given.module)) {
      const elsewhere = definitions.find((definition) => plain(definition.className) === plain(given.class));
      if (elsewhere !== undefined) {
        return refuse(["module"], `${given.module} has no ${noun} ${given.class}; it is in ${elsewhere.pythonPackage}`);
      }
      return refuse(
        ["class"],
        `${given.module} has no ${noun} ${given.class} that is known here; ${suggest(given.class, known)}`,
      );
    }
    if (!custom) return refuse(["class"], `a ${noun} of your own cannot be loaded yet; known here: ${known.join(", ")}`);
    const config = unmarkEnvReferences(given.config ?? {});
    if (!isMapping(config)) return refuse(["config"], "expected a mapping");
    return { name: "custom", module: given.module, className: given.class, config };
  });
}
