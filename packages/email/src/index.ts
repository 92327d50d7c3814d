export { emailOnRunFailure, type EmailOnRunFailureOptions, type SmtpServer } from "./email-on-run-failure.ts";
