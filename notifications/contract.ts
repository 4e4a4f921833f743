import type { ChannelConfig, ChannelKind, NoticeMessage } from '../core/notices.ts';

/** Sends one message through one channel. Throws a SluiceError that says whether another try makes sense. */
export type SendThrough<Config extends ChannelConfig> = (
  config: Config,
  message: NoticeMessage,
  signal: AbortSignal,
) => Promise<void>;

export interface Notifier {
  /** Throws `notification_email_unavailable` when the operator has configured no mail server. */
  assertUsable(kind: ChannelKind): void;
  send: SendThrough<ChannelConfig>;
  close(): Promise<void>;
}
