import { SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answer } from '../../../api-client/index.ts';
import { Figure } from '../../parts/figure.tsx';
import { bytes, count } from '../../parts/format.ts';
import { Pending } from '../../parts/pending.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { useApi } from '../../session/session.tsx';
import { ExportQuota } from './export-quota.tsx';
import { UsageChart } from './usage-chart.tsx';
import { DAYS_SHOWN, everyDay } from './usage-days.ts';

/** What the two products have done in 30 days. They are counted apart; exports may have a quota. */
export function UsageTab(): ReactNode {
  const api = useApi();
  const { data, error } = useQuery({ queryKey: ['usage'], queryFn: () => answer(api.GET('/api/v1/usage')) });
  if (data === undefined) {
    return <Pending error={error} />;
  }
  const { limits, quotas } = data;
  const days = everyDay(data.days, quotas.export_rows.renews_at);
  const total = (of: (day: (typeof days)[number]) => number): number => days.reduce((sum, day) => sum + of(day), 0);
  return (
    <Stack>
      <SimpleGrid cols={{ base: 2, md: 4 }}>
        <Figure
          label="Events captured"
          value={count(total(({ events }) => events))}
          hint={`${String(DAYS_SHOWN)} days`}
        />
        <Figure
          label="Rows exported"
          value={count(total((day) => day.exports.rows))}
          hint={bytes(total((day) => day.exports.bytes))}
        />
        <Figure label="Export runs" value={count(total((day) => day.exports.runs))} hint="completed" />
        <Figure
          label="Events delivered"
          value={count(total((day) => day.webhooks.delivered))}
          hint={`${count(total((day) => day.webhooks.attempts))} attempts`}
        />
      </SimpleGrid>
      <ExportQuota quotas={quotas} />
      <Text size="xs" c="dimmed">
        The last {DAYS_SHOWN} days by UTC, with today, which is not over. An event that three webhooks took is delivered
        three times; what is repeated by a replay counts again.
      </Text>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <UsageChart
          title="Batch exports"
          label="Rows exported by day"
          of="rows"
          points={days.map((day) => ({ day: day.day, value: day.exports.rows }))}
          color="indigo.6"
          none={NO_ROWS}
        />
        <UsageChart
          title="Webhooks"
          label="Events delivered by day"
          of="delivered"
          points={days.map((day) => ({ day: day.day, value: day.webhooks.delivered }))}
          color="teal.6"
          none={NO_DELIVERIES}
        />
      </SimpleGrid>
      <SectionCard title="Limits">
        <Text size="sm">{requestsText(limits.requests_per_minute)}</Text>
      </SectionCard>
    </Stack>
  );
}

const NO_ROWS = {
  title: `No rows exported in ${String(DAYS_SHOWN)} days`,
  text: 'An export copies the events of each minute, hour, day or week to a bucket, a database or a warehouse. Its rows count on the day on which their run completed.',
  to: '/exports',
  link: 'Batch exports',
};
const NO_DELIVERIES = {
  title: `No events delivered in ${String(DAYS_SHOWN)} days`,
  text: 'A webhook sends each matching event to an endpoint within seconds. It counts on the day on which the endpoint took it.',
  to: '/webhooks',
  link: 'Webhooks',
};

function requestsText(perMinute: number | null): string {
  return perMinute === null
    ? 'Requests to the API are not limited.'
    : `Each API key and each user may send ${count(perMinute)} requests a minute to each server. Beyond that it answers 429 and says when to come back.`;
}
