/** Replaces this process's environment, and so that of its children. */
export function replaceEnvironment(env: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(process.env)) if (!Object.hasOwn(env, name)) delete process.env[name];
  for (const [name, value] of Object.entries(env)) if (process.env[name] !== value) process.env[name] = value;
}

/** A copy of this process's environment. */
export const currentEnvironment = (): Readonly<Record<string, string | undefined>> => ({ ...process.env });
