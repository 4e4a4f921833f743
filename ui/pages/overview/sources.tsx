import { Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Sparkline } from '../../charts/sparkline.tsx';
import { count } from '../../parts/format.ts';
import { SectionCard } from '../../parts/section-card.tsx';
import { SendEvents } from '../events/send-events.tsx';
import { minutesOf, type Source } from './standing.ts';

/** What sends events, and how many a minute in the last hour. */
export function Sources({ sources, now }: { sources: readonly Source[]; now: string }): ReactNode {
  return (
    <SectionCard title="Sources">
      {sources.map((source) => (
        <SourceLine key={source.library} source={source} now={now} />
      ))}
      {sources.length === 0 && <NoSource />}
    </SectionCard>
  );
}

function SourceLine({ source, now }: { source: Source; now: string }): ReactNode {
  const { library, events, events_per_minute: rate } = source;
  const name = library === '' ? 'without a library' : library;
  return (
    <Group justify="space-between" wrap="nowrap">
      <Stack gap={0}>
        <Text fw={600}>{name}</Text>
        <Text size="xs" c="dimmed">
          {count(events)} in the last hour, {rate.toFixed(1)} a minute
        </Text>
      </Stack>
      <Sparkline label={`Events a minute from ${name} in the last hour`} values={minutesOf(source, now)} />
    </Group>
  );
}

function NoSource(): ReactNode {
  return (
    <Stack gap="xs">
      <Text size="sm">Nothing came in during the last hour.</Text>
      <SendEvents />
    </Stack>
  );
}
