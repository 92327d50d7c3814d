import {
  InvalidOptionError,
  type NotifyOnRunFailureOptions,
  runFailureSensor,
  type RunFailureSensorContext,
  runFailureText,
  type RunFailureText,
  type SensorDefinition,
} from "@dagwright/definitions";
import { createTransport } from "nodemailer";

/** The server that takes mail. */
export interface SmtpServer {
  readonly host: string;
  /** Default: 465 for `tls`, 587 for `starttls`, 25 for `none`. */
  readonly port?: number;
  /** Default `tls`. With `none` nobody is encrypted to: for a relay on this machine. */
  readonly security?: "tls" | "starttls" | "none";
  /** Absent: nobody logs in. */
  readonly user?: string;
  /** Read at each evaluation, so that it is in no snapshot: `() => process.env["SMTP_PASSWORD"] ?? ""`. */
  readonly password?: () => string | Promise<string>;
  /** Certificates that are trusted instead of this machine's authorities, in PEM. */
  readonly ca?: string;
}

/** What {@link emailOnRunFailure} takes beside the name. */
export interface EmailOnRunFailureOptions extends NotifyOnRunFailureOptions {
  readonly from: string;
  readonly to: string | readonly string[];
  readonly smtp: SmtpServer;
  /** Default: `Run failed: ` and the name of the job. */
  readonly subject?: (context: RunFailureSensorContext) => string | Promise<string>;
  /** As HTML. Default: what failed, and a link to the run where `webserverBaseUrl` is known. */
  readonly html?: (context: RunFailureSensorContext) => string | Promise<string>;
}

const ports = { tls: 465, starttls: 587, none: 25 } as const;

/** A server that does not answer must not take the time of the runs that follow. */
const timeoutMs = 20_000;

/**
 * A run failure sensor that sends a mail for each run that fails. Mail that cannot be sent, or that is refused for one of its receivers, fails the
 * tick, which says why; the runs that follow are told of all the same.
 *
 * @throws InvalidNameError, InvalidOptionError
 */
export function emailOnRunFailure(name: string, options: EmailOnRunFailureOptions): SensorDefinition {
  const { from, to, smtp, subject, html, webserverBaseUrl, ...sensorOptions } = options;
  const receivers = typeof to === "string" ? [to] : [...to];
  const owner = `sensor "${name}"`;
  if (receivers.length === 0 || [...receivers, from].some((address) => typeof address !== "string" || !address.includes("@")))
    throw new InvalidOptionError(owner, "`from` and `to` must be addresses of mail, and `to` at least one");
  if (typeof smtp?.host !== "string" || smtp.host === "") throw new InvalidOptionError(owner, "its `smtp` has no `host`");
  if (smtp.security !== undefined && !(smtp.security in ports))
    throw new InvalidOptionError(
      owner,
      `its \`smtp.security\` is ${JSON.stringify(smtp.security)}, none of ${Object.keys(ports).join(", ")}`,
    );
  if (smtp.password !== undefined && typeof smtp.password !== "function")
    throw new InvalidOptionError(
      owner,
      'its `smtp.password` must be a function, so that it is in no snapshot: () => process.env["SMTP_PASSWORD"] ?? ""',
    );
  return runFailureSensor(name, sensorOptions, async (context) => {
    const failure = runFailureText(context, webserverBaseUrl);
    await send(smtp, context.signal, {
      from,
      to: receivers,
      subject: await (subject === undefined ? `Run failed: ${context.run.jobName}` : subject(context)),
      ...(html === undefined ? { text: textOf(failure), html: htmlOf(failure) } : { html: await html(context) }),
    });
  });
}

interface Mail {
  readonly from: string;
  readonly to: string[];
  readonly subject: string;
  readonly text?: string;
  readonly html: string;
}

async function send(smtp: SmtpServer, signal: AbortSignal, mail: Mail): Promise<void> {
  const { host, security = "tls", port = ports[security], user, password, ca } = smtp;
  const transport = createTransport({
    host,
    port,
    secure: security === "tls",
    requireTLS: security === "starttls",
    ignoreTLS: security === "none",
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    ...(user !== undefined && { auth: { user, pass: (await password?.()) ?? "" } }),
    ...(ca !== undefined && { tls: { ca } }),
  });
  const stop = (): void => transport.close();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const { rejected } = await transport.sendMail(mail);
    if (rejected.length > 0) throw new Error(`${host} refused ${rejected.map(String).join(", ")}`);
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    throw new MailError(`${host}:${port}`, mail.to, reason);
  } finally {
    signal.removeEventListener("abort", stop);
    transport.close();
  }
}

/** Mail about a run was not sent, or not to all. */
class MailError extends Error {
  constructor(server: string, to: readonly string[], reason: string) {
    super(`The mail to ${to.join(", ")} was not sent by ${server}: ${reason}`);
    this.name = "MailError";
  }
}

const textOf = ({ title, runId, url, reasons }: RunFailureText): string =>
  [`${title} in run ${runId}.`, "", ...reasons, ...(url === null ? [] : ["", url])].join("\n");

const htmlOf = ({ title, runId, url, reasons }: RunFailureText): string => {
  const run = url === null ? escape(runId) : `<a href="${escape(url)}">${escape(runId)}</a>`;
  return `<p><b>${escape(title)}</b> in run ${run}.</p><pre>${reasons.map(escape).join("\n")}</pre>`;
};

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
