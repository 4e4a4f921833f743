import { List, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answer } from '../../../../api-client/index.ts';
import { localTime } from '../../../parts/format.ts';
import { ProblemAlert } from '../../../parts/problem-alert.tsx';
import { useZone } from '../../../parts/zone.ts';
import { useApi } from '../../../session/session.tsx';
import { scheduleBody, type Draft } from './draft.ts';

const SHOWN_RUNS = 5;

/** The next runs of a schedule that is not stored yet, in the zone of the person. */
export function SchedulePreview({ draft }: { draft: Draft }): ReactNode {
  const api = useApi();
  const { zone } = useZone();
  const schedule = scheduleBody(draft);
  const { data, error } = useQuery({
    queryKey: ['schedule-preview', schedule],
    queryFn: () => answer(api.POST('/api/v1/schedule-preview', { body: { ...schedule, count: SHOWN_RUNS } })),
    placeholderData: keepPreviousData,
  });
  if (error !== null) {
    return <ProblemAlert error={error} />;
  }
  return (
    <section aria-label="Next runs">
      <Text size="sm" fw={550}>
        Next runs ({zone})
      </Text>
      <List size="sm" c="dimmed">
        {data?.items.map(({ interval_start, interval_end }) => (
          <List.Item key={interval_end}>
            {localTime(new Date(interval_end), zone)}, with what came in from{' '}
            {localTime(new Date(interval_start), zone)}
          </List.Item>
        ))}
      </List>
    </section>
  );
}
