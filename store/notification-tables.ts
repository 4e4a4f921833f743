import type { Generated } from 'kysely';
import type { ChannelKind, NoticeEvent } from '../core/notices.ts';
import type { Stamp } from './tables.ts';

/** What is told to people, and where. */
export interface NotificationTables {
  notificationChannels: NotificationChannelsTable;
  notices: NoticesTable;
  noticeSends: NoticeSendsTable;
}

export interface NotificationChannelsTable {
  id: string;
  teamId: number;
  kind: ChannelKind;
  name: string;
  shown: Record<string, unknown>;
  sealed: Buffer;
  /** Null: every event. */
  events: NoticeEvent[] | null;
  enabled: Generated<boolean>;
  version: Generated<number>;
  createdAt: Stamp;
  updatedAt: Stamp;
  deletedAt: Date | null;
}

export interface NoticesTable {
  id: string;
  teamId: number;
  event: NoticeEvent;
  subject: string;
  title: string;
  text: string;
  details: Record<string, unknown>;
  createdAt: Stamp;
}

/** `dropped`: the channel was deleted or switched off meanwhile. */
export type NoticeSendStatus = 'pending' | 'sent' | 'failed' | 'dropped';

export interface NoticeSendsTable {
  noticeId: string;
  channelId: string;
  status: Generated<NoticeSendStatus>;
  attempts: Generated<number>;
  errorCode: string | null;
  errorMessage: string | null;
  settledAt: Date | null;
}
