import { createTransport, type Transporter } from 'nodemailer';
import { errorCode, errorMessage, SluiceError } from '../core/errors.ts';
import type { ChannelConfig } from '../core/notices.ts';
import type { LinkedMessage, Letter, SendThrough } from './contract.ts';
import { refused, unreachable } from './http-send.ts';

type EmailChannel = Extract<ChannelConfig, { kind: 'email' }>;

export interface SmtpSettings {
  /** `smtp://` or `smtps://`, with user and password; the operator's, so no address is refused. */
  url: string;
  from: string;
}

export interface EmailSender {
  send: SendThrough<EmailChannel>;
  mail: (letter: Letter) => Promise<void>;
  close(): void;
}

const TIMEOUT_MS = 20_000;

export function emailSender({ url, from }: SmtpSettings): EmailSender {
  const transport = transportTo(url);
  return {
    send: async ({ to }, message) => {
      try {
        await transport.sendMail(mailOf({ to, from, message }));
      } catch (error) {
        throw isPermanent(error) ? refused(reasonOf(error)) : unreachable(reasonOf(error));
      }
    },
    mail: async (letter) => {
      try {
        await transport.sendMail({ from, ...letter, headers: { 'Auto-Submitted': 'auto-generated' } });
      } catch (error) {
        throw notSent(reasonOf(error));
      }
    },
    close: () => {
      transport.close();
    },
  };
}

/** Rejects when the mail server does not answer or refuses the login; sends nothing. */
export async function checkSmtp({ url }: SmtpSettings): Promise<void> {
  const transport = transportTo(url);
  try {
    await transport.verify();
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error });
  } finally {
    transport.close();
  }
}

function notSent(reason: string): SluiceError {
  return new SluiceError({
    code: 'mail_not_sent',
    message: `the mail could not be sent: ${reason}`,
    retryable: true,
    fault: 'platform',
    remedy: 'Try again in a minute; if it stays, the operator sees with sluice doctor what the mail server answers.',
  });
}

function transportTo(url: string): Transporter {
  return createTransport({
    url,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    // Nothing in a message of ours is a file or an address to read.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** The message id is stable, so that a mail server that sees a repetition can tell. */
function mailOf({ to, from, message }: { to: readonly string[]; from: string; message: LinkedMessage }) {
  return {
    from,
    to: [...to],
    subject: `[Sluice] ${message.title}`,
    text: textOf(message),
    messageId: `<${message.id}@sluice>`,
    date: message.at,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Sluice-Event': message.type },
  };
}

function textOf({ text, details, consoleUrl }: LinkedMessage): string {
  const parts = [text, ...(consoleUrl === undefined ? [] : [consoleUrl]), JSON.stringify(details, undefined, 2)];
  return `${parts.join('\n\n')}\n`;
}

/** A 5xx answer to an address or to the message. A refused login is the operator's to mend, and worth waiting for. */
function isPermanent(error: unknown): boolean {
  const status = (error as { responseCode?: unknown }).responseCode;
  return typeof status === 'number' && status >= 500 && errorCode(error) !== 'EAUTH';
}

/** The server's own words about a login can repeat what was sent. */
function reasonOf(error: unknown): string {
  return errorCode(error) === 'EAUTH' ? 'the mail server refuses the login' : errorMessage(error);
}
