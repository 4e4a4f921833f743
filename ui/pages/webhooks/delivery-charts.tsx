import { Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answer } from '../../../api-client/index.ts';
import { TimeChart } from '../../charts/time-chart.tsx';
import { duration, percent, shortCount, wholePercent } from '../../parts/format.ts';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { SpanChoice, useSpan } from '../../parts/span-choice.tsx';
import { useApi } from '../../session/session.tsx';
import { beginOf, chartSpan, everyStep, zoneOf, type ChartSpan, type Point } from './chart-spans.ts';
import { webhookKey } from './queries.ts';

/** Attempts by outcome, the share that succeeded, retries, and the latency of requests over a time that is part of the address. */
export function DeliveryCharts({ webhookId }: { webhookId: string }): ReactNode {
  const span = chartSpan(useSpan());
  const { data, error } = useSeries(webhookId, span);
  return (
    <Stack gap="sm">
      <Group>
        <SpanChoice label="Time that the charts show" />
      </Group>
      {error !== null && <ProblemAlert error={error} />}
      {data?.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing was sent in the last {span.label}.
        </Text>
      )}
      {data !== undefined && data.length > 0 && <Charts points={data} span={span} />}
    </Stack>
  );
}

/** Every step of the span; none when nothing was sent in it. */
function useSeries(webhookId: string, span: ChartSpan): { data: Point[] | undefined; error: Error | null } {
  const api = useApi();
  return useQuery({
    queryKey: [...webhookKey(webhookId), 'series', span.value],
    queryFn: async () => {
      const now = Date.now();
      const from = beginOf(span, now).toISOString();
      const query = { step: String(span.stepSeconds), from, since: from };
      const { points } = await answer(
        api.GET('/api/v1/webhooks/{id}/stats', { params: { path: { id: webhookId }, query } }),
      );
      return points.length === 0 ? [] : everyStep(points, span, now);
    },
    refetchInterval: span.refreshMs,
  });
}

function Charts({ points, span }: { points: readonly Point[]; span: ChartSpan }): ReactNode {
  const zone = zoneOf(span);
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
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
          {...zone}
        />
      </SectionCard>
      <SectionCard title="Success rate">
        <TimeChart
          kind="line"
          label="Share of attempts that were delivered"
          points={points.map(({ at, attempts, success_rate: rate }) => ({ at, rate: attempts === 0 ? null : rate }))}
          series={[{ name: 'rate', label: 'delivered, of all attempts', color: 'teal.6' }]}
          format={percent}
          formatMark={wholePercent}
          range={[0, 1]}
          {...zone}
        />
      </SectionCard>
      <SectionCard title="Retries">
        <TimeChart
          kind="bar"
          label="Attempts after the first"
          points={points.map(({ at, retries }) => ({ at, retries }))}
          series={[{ name: 'retries', label: 'retries', color: 'indigo.6' }]}
          format={shortCount}
          {...zone}
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
          {...zone}
        />
      </SectionCard>
    </SimpleGrid>
  );
}
