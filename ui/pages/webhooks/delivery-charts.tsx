import { SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answer } from '../../../api-client/index.ts';
import { TimeChart } from '../../charts/time-chart.tsx';
import { duration, shortCount } from '../../parts/format.ts';
import { SectionCard } from '../../parts/section-card.tsx';
import { useApi } from '../../session/session.tsx';
import { webhookKey } from './queries.ts';

const REFRESH_MS = 30_000;
/** 48 points of a day. */
const STEP_SECONDS = '1800';

/** Attempts by outcome, retries, and the latency of requests over the last day; nothing before the second point. */
export function DeliveryCharts({ webhookId }: { webhookId: string }): ReactNode {
  const api = useApi();
  const { data } = useQuery({
    queryKey: [...webhookKey(webhookId), 'series'],
    queryFn: () =>
      answer(
        api.GET('/api/v1/webhooks/{id}/stats', {
          params: { path: { id: webhookId }, query: { step: STEP_SECONDS } },
        }),
      ),
    refetchInterval: REFRESH_MS,
  });
  const points = data?.points ?? [];
  if (points.length < 2) {
    return null;
  }
  return (
    <SimpleGrid cols={{ base: 1, md: 3 }}>
      <SectionCard title="Attempts">
        <TimeChart
          kind="bar"
          label="Attempts by outcome"
          points={points.map(({ at, attempts, delivered }) => ({
            ...{ at, delivered },
            failed: Math.max(0, attempts - delivered),
          }))}
          series={[
            { name: 'delivered', label: 'delivered', color: 'teal.6' },
            { name: 'failed', label: 'failed', color: 'red.8' },
          ]}
          format={shortCount}
        />
      </SectionCard>
      <SectionCard title="Retries">
        <TimeChart
          kind="bar"
          label="Attempts after the first"
          points={points.map(({ at, retries }) => ({ at, retries }))}
          series={[{ name: 'retries', label: 'retries', color: 'indigo.6' }]}
          format={shortCount}
        />
      </SectionCard>
      <SectionCard title="Latency of requests">
        <TimeChart
          kind="line"
          label="Latency of requests that succeeded"
          points={points.map(({ at, p50_ms, p95_ms, p99_ms }) => ({ at, p50: p50_ms, p95: p95_ms, p99: p99_ms }))}
          series={[
            { name: 'p50', label: 'median', color: 'teal.6' },
            { name: 'p95', label: 'p95', color: 'indigo.6' },
            { name: 'p99', label: 'p99', color: 'red.8' },
          ]}
          format={duration}
        />
      </SectionCard>
    </SimpleGrid>
  );
}
