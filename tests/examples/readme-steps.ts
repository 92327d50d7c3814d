/** A command of a README, and what the README says that it prints. */
export interface ReadmeStep {
  readonly commands: readonly string[];
  /** Its last command goes on until it is interrupted. */
  readonly staysUp: boolean;
  /** Null: it does not say. */
  readonly expected: string | null;
}

/**
 * The commands of a README in their order: its blocks in `sh` (`sh stays up` for what is ended by Ctrl-C), each with the block in `text`
 * that follows before the next one. Other blocks are no commands.
 */
export function readSteps(readme: string): readonly ReadmeStep[] {
  const steps: ReadmeStep[] = [];
  for (const [, info = "", text = ""] of readme.matchAll(/^```([^\n]*)\n(.*?)\n```$/gms)) {
    const [language] = info.split(" ");
    const last = steps.at(-1);
    if (language === "sh") {
      const commands = text.replaceAll(/\\\n\s*/g, "").split("\n");
      steps.push({ commands, staysUp: info.includes("stays up"), expected: null });
    } else if (language === "text") {
      if (last === undefined || last.expected !== null) throw new Error(`Which command prints this?\n${text}`);
      steps.splice(-1, 1, { ...last, expected: text });
    }
  }
  return steps;
}
