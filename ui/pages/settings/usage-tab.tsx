import { SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answer } from '../../../api-client/index.ts';
import { TimeChart } from '../../charts/time-chart.tsx';
import { Figure } from '../../parts/figure.tsx';
import { bytes, count, shortCount } from '../../parts/format.ts';
import { Pending } from '../../parts/pending.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { useApi } from '../../session/session.tsx';
import { ExportQuota } from './export-quota.tsx';
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
  const at = (day: string): string => `${day}T00:00:00Z`;
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
      <ExportQuota quota={quotas.export_rows} />
      <Text size="xs" c="dimmed">
        The last {DAYS_SHOWN} days by UTC, with today, which is not over. An event that three webhooks took is delivered
        three times; what is repeated by a replay counts again.
      </Text>
      {data.days.length > 0 && (
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <SectionCard title="Batch exports">
            <TimeChart
              kind="bar"
              label="Rows exported by day"
              zone="UTC"
              points={days.map((day) => ({ at: at(day.day), rows: day.exports.rows }))}
              series={[{ name: 'rows', label: 'rows', color: 'indigo.6' }]}
              format={shortCount}
            />
          </SectionCard>
          <SectionCard title="Webhooks">
            <TimeChart
              kind="bar"
              label="Events delivered by day"
              zone="UTC"
              points={days.map((day) => ({ at: at(day.day), delivered: day.webhooks.delivered }))}
              series={[{ name: 'delivered', label: 'delivered', color: 'teal.6' }]}
              format={shortCount}
            />
          </SectionCard>
        </SimpleGrid>
      )}
      <SectionCard title="Limits">
        <Text size="sm">{requestsText(limits.requests_per_minute)}</Text>
      </SectionCard>
    </Stack>
  );
}

function requestsText(perMinute: number | null): string {
  return perMinute === null
    ? 'Requests to the API are not limited.'
    : `Each API key and each user may send ${count(perMinute)} requests a minute to each server. Beyond that it answers 429 and says when to come back.`;
}
