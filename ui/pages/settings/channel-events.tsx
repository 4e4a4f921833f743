import { MultiSelect } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Channel } from './notifications-tab.tsx';

export type ChannelEvent = NonNullable<Channel['events']>[number];

const LABELS: Readonly<Record<ChannelEvent, string>> = {
  'export.failed': 'Export: runs fail',
  'export.recovered': 'Export: works again',
  'export.auto_paused': 'Export: paused by Sluice',
  'export.resumed': 'Export: resumed after that',
  'export.rows_unusual': 'Export: unusual number of rows',
  'export.rows_usual': 'Export: usual number of rows again',
  'destination.near_log_ttl': 'Export or webhook: so far behind that events may be lost',
  'quota.reached': 'Quota of rows reached',
  'webhook.degraded': 'Webhook: some requests fail for long',
  'webhook.paused': 'Webhook: paused by Sluice',
  'webhook.misconfigured': 'Webhook: misconfigured',
  'webhook.throttled': 'Webhook: throttled for long',
  'webhook.gone': 'Webhook: gone',
  'webhook.recovered': 'Webhook: works again',
  'webhook.events_lost': 'Webhook: events waited for too long, and are lost',
};

const EVENTS = Object.entries(LABELS).map(([value, label]) => ({ value: value as ChannelEvent, label }));

/** In words; those of a later release as the API calls them. */
export function eventLabel(event: string): string {
  return (LABELS as Readonly<Record<string, string | undefined>>)[event] ?? event;
}

/** What a channel is told of. */
export function ChannelEvents({
  value,
  onChange,
}: {
  value: ChannelEvent[];
  onChange: (events: ChannelEvent[]) => void;
}): ReactNode {
  return (
    <MultiSelect
      label="Only these events"
      description="Empty: all, those of later releases too."
      searchable
      clearable
      clearButtonProps={{ 'aria-label': 'Clear the events' }}
      data={EVENTS}
      value={value}
      onChange={onChange}
    />
  );
}

/** As the API wants them: null is every event. */
export function eventsOrAll(events: readonly ChannelEvent[]): ChannelEvent[] | null {
  return events.length === 0 ? null : [...events];
}
