import { resolve } from "node:path";
import { homeFromEnvironment } from "@dagwright/instance/home";

/** Where a command was called; the only way by which commands learn of environment and working directory. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
}

/** The instance's home: as the environment says, else `.dagwright` in the folder that the command was called in. */
export const homeOf = ({ env, directory }: CommandContext): string =>
  homeFromEnvironment(env) ?? resolve(directory, ".dagwright");
