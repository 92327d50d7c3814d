import { extname } from "node:path";
import { fileURLToPath } from "node:url";

/** The `dagwright` command's own file: TypeScript in the workspace, JavaScript where it is installed. */
export const ownProgram = (): string => fileURLToPath(new URL(`main${extname(import.meta.url)}`, import.meta.url));
