import type { Instance } from "@dagwright/instance";
import { stringify } from "yaml";

const secret = /pass(word|wd|phrase)?$|secret|token|credential|private|api_?key|access_?key/i;

/** The settings in force as YAML. Passwords do not come this far; what else is called like a secret is blotted out. */
export const instanceInfo = ({ config, settings }: Pick<Instance, "config" | "settings">): string =>
  stringify(withoutSecrets(JSON.parse(JSON.stringify({ settings, config }))));

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      secret.test(key) && typeof inner === "string" ? "***" : withoutSecrets(inner),
    ]),
  );
}
