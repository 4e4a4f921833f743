import type { ChannelConfig, ChannelKind, NoticeMessage } from '../core/notices.ts';

export interface LinkedMessage extends NoticeMessage {
  /** The page of the console that shows what it is about; undefined where the address of the console is not known. */
  consoleUrl: string | undefined;
}

/** Sends one message through one channel. Throws a SluiceError that says whether another try makes sense. */
export type SendThrough<Config extends ChannelConfig, Message extends NoticeMessage = LinkedMessage> = (
  config: Config,
  message: Message,
  signal: AbortSignal,
) => Promise<void>;

/** A mail to one person about the own account; those of a team go through its channels. */
export interface Letter {
  to: string;
  subject: string;
  text: string;
}

export interface Notifier {
  /** Throws `notification_email_unavailable` when the operator has configured no mail server. */
  assertUsable(kind: ChannelKind): void;
  send: SendThrough<ChannelConfig, NoticeMessage>;
  /** Absent when the operator has configured no mail server. Throws `mail_not_sent`. */
  mail?: (letter: Letter) => Promise<void>;
  close(): Promise<void>;
}
