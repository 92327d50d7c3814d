import type { CommandContext } from "../context.ts";
import { createWebserverClient, type WebserverClient } from "./webserver-client.ts";
import { webserverUrl } from "./webserver-url.ts";

/** The webserver that a command's options, the environment or a running `dev` name. @throws UsageError */
export const connect = (options: { readonly url?: string }, context: CommandContext): WebserverClient =>
  createWebserverClient(webserverUrl(options.url, context));
