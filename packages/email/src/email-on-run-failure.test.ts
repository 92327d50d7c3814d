import type { AddressInfo } from "node:net";
import { buildRunStatusChange, evaluateSensor } from "dagwright";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { expect, onTestFinished, test } from "vitest";
import { emailOnRunFailure, type SmtpServer } from "./index.ts";

interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly user: string | undefined;
  readonly text: string;
}

/** A server that keeps what it is given. */
async function mailServer(options: SMTPServerOptions = {}) {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    onData(stream, { envelope, user }, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = envelope;
        const from = mailFrom === false ? "" : mailFrom.address;
        received.push({ from, to: rcptTo.map(({ address }) => address), user, text: Buffer.concat(chunks).toString() });
        done();
      });
    },
    ...options,
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(resolve)));
  const { port } = server.server.address() as AddressInfo;
  return { received, smtp: { host: "127.0.0.1", port, security: "none" } satisfies SmtpServer };
}

const addresses = { from: "dagwright@example.com", to: ["data@example.com", "ops@example.com"] };
const change = (message: string) => {
  const failed = buildRunStatusChange({ run: { jobName: "nightly", status: "FAILURE" } });
  return { ...failed, event: { ...failed.event, message } };
};

test("a mail tells each failure to all receivers, by whom the password of the moment lets in", async () => {
  const passwords: string[] = [];
  const { received, smtp } = await mailServer({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth({ username, password }, _, done) {
      passwords.push(password!);
      done(null, { user: username! });
    },
  });
  const secrets = ["first", "second"];
  const notify = emailOnRunFailure("notify", {
    ...addresses,
    smtp: { ...smtp, user: "me", password: () => secrets.shift()! },
    webserverBaseUrl: "https://dagwright.example/",
  });
  const changes = [change("worker <lost>"), change("second")];
  const { reactions } = await evaluateSensor(notify, { statusChanges: changes });
  expect(reactions?.map(({ error }) => error)).toEqual([null, null]);
  expect(passwords).toEqual(["first", "second"]);
  expect(received).toHaveLength(2);
  expect(received[0]).toMatchObject({ from: addresses.from, to: addresses.to, user: "me" });
  const [{ text }] = received as [Received];
  expect(text).toContain("Subject: Run failed: nightly");
  const unfolded = text.replaceAll("=\r\n", "");
  expect(unfolded).toContain("worker &lt;lost&gt;");
  expect(unfolded).toContain(`https://dagwright.example/runs/${changes[0]!.run.id}`);
});

test("subject and text may be the user's own", async () => {
  const { received, smtp } = await mailServer();
  const notify = emailOnRunFailure("notify", {
    ...addresses,
    to: "data@example.com",
    smtp,
    subject: ({ run }) => `Look at ${run.jobName}`,
    html: ({ failureEvent }) => `<i>${failureEvent.message}</i>`,
  });
  await evaluateSensor(notify, { statusChanges: [change("here")] });
  expect(received[0]!.text).toContain("Subject: Look at nightly");
  expect(received[0]!.text).toContain("<i>here</i>");
});

test("what is not sent fails with who was not told and why, and holds up no other run", async () => {
  let refuse = true;
  const { received, smtp } = await mailServer({
    onRcptTo(_, __, done) {
      done(refuse ? new Error("no such mailbox") : null);
      refuse = false;
    },
  });
  const notify = emailOnRunFailure("notify", { ...addresses, to: "data@example.com", smtp });
  const { reactions } = await evaluateSensor(notify, { statusChanges: [change("a"), change("b")] });
  expect(reactions?.map(({ error }) => error?.message ?? null)).toEqual([
    expect.stringMatching(/^The mail to data@example\.com was not sent by 127\.0\.0\.1:\d+: .*no such mailbox/) as string,
    null,
  ]);
  expect(received).toHaveLength(1);
  // A certificate that nobody vouches for.
  const strict = emailOnRunFailure("notify", { ...addresses, smtp: { ...smtp, security: "starttls" } });
  const untrusted = await evaluateSensor(strict, { statusChanges: [change("a")] });
  expect(untrusted.reactions?.[0]?.error?.message).toMatch(/certificate|self-signed/i);
  expect(received).toHaveLength(1);
});

test("what cannot be right is refused when the sensor is declared", () => {
  const smtp = { host: "localhost" };
  expect(() => emailOnRunFailure("notify", { ...addresses, to: [], smtp })).toThrow("`to` at least one");
  expect(() => emailOnRunFailure("notify", { ...addresses, from: "me", smtp })).toThrow("must be addresses of mail");
  expect(() => emailOnRunFailure("notify", { ...addresses, smtp: { host: "" } })).toThrow("has no `host`");
  expect(() => emailOnRunFailure("notify", { ...addresses, smtp: { ...smtp, security: "ssl" as never } })).toThrow(
    'its `smtp.security` is "ssl", none of tls, starttls, none',
  );
  expect(() => emailOnRunFailure("notify", { ...addresses, smtp: { ...smtp, password: "x" as never } })).toThrow(
    "must be a function",
  );
});
