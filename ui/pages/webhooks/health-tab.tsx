import { SimpleGrid, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { count, duration, percent } from '../../parts/format.ts';
import { Figure } from '../../parts/figure.tsx';
import { Note } from '../../parts/note.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { useSpan } from '../../parts/span-choice.tsx';
import { statusLabel, toneOf } from '../../parts/statuses.ts';
import { TemporalHistory, type Beside } from '../../parts/temporal-history.tsx';
import { Time } from '../../parts/time.tsx';
import { AttemptsTable } from './attempts-table.tsx';
import { chartSpan } from './chart-spans.ts';
import { DeliveryCharts } from './delivery-charts.tsx';
import { HEALTH_MEANS } from './health-means.ts';
import { HealthTimeline } from './health-timeline.tsx';
import { LogEnd } from './log-end.tsx';
import { useWebhookState, useWebhookStats, type WebhookState, type WebhookStats } from './queries.ts';
import { useThisWebhook } from './webhook-page.tsx';

const HOURS = 24;

/** How the endpoint does, and why Sluice thinks so. */
export function HealthTab(): ReactNode {
  const { id } = useThisWebhook();
  const state = useWebhookState(id);
  const stats = useWebhookStats(id, HOURS);
  const { days, refreshMs } = chartSpan(useSpan());
  const ofSpan = useWebhookStats(id, days * HOURS, refreshMs);
  return (
    <Stack gap="lg">
      {state.data && <Attention state={state.data} />}
      {state.data && <LogEnd state={state.data} />}
      <Figures stats={stats.data} openRetries={state.data?.open_retries} />
      <DeliveryCharts webhookId={id} />
      <SectionCard title="Latest deliveries">
        <AttemptsTable webhookId={id} pageSize={8} compact />
      </SectionCard>
      <SectionCard title="Health over time">{state.data && <HealthTimeline state={state.data} />}</SectionCard>
      <TemporalHistory id={id} beside={besideOf(ofSpan.data, state.data)} />
    </Stack>
  );
}

function Attention({ state }: { state: WebhookState }): ReactNode {
  if (state.health === 'healthy') {
    return null;
  }
  const meaning = HEALTH_MEANS[state.health];
  return (
    <Note tone={toneOf(state.health)} title={meaning.title}>
      <Text size="sm">{meaning.text}</Text>
      {state.next_probe_at !== null && (
        <Text size="sm">
          The next look at it: <Time at={state.next_probe_at} />.
        </Text>
      )}
    </Note>
  );
}

function Figures({
  stats,
  openRetries,
}: {
  stats: WebhookStats | undefined;
  openRetries: number | undefined;
}): ReactNode {
  const settled = stats ? stats.delivered + stats.discarded : 0;
  const none = '–';
  return (
    <SimpleGrid cols={{ base: 2, md: 5 }}>
      <Figure
        label="Success"
        value={stats && settled > 0 ? percent(stats.delivered / settled) : none}
        hint="24 hours"
      />
      <Figure label="Delivered" value={stats ? count(stats.delivered) : none} hint="24 hours" />
      <Figure label="Being retried" value={openRetries === undefined ? none : count(openRetries)} hint="now" />
      <Figure label="Median latency" value={latency(stats?.p50_ms)} hint="capture to answer" />
      <Figure label="p99 latency" value={latency(stats?.p99_ms)} hint="capture to answer" />
    </SimpleGrid>
  );
}

function besideOf(stats: WebhookStats | undefined, state: WebhookState | undefined): Beside {
  if (stats === undefined || state === undefined) {
    return { source: 'Log of attempts', figures: {} };
  }
  const settled = stats.delivered + stats.discarded;
  return {
    source: 'Log of attempts',
    figures: {
      Success: settled > 0 ? percent(stats.delivered / settled) : '–',
      [statusLabel('delivered')]: count(stats.delivered),
      [statusLabel('discarded')]: count(stats.discarded),
      'Not ended yet': count(state.open_retries),
      'Latency, median': latency(stats.p50_ms),
      'Latency, p99': latency(stats.p99_ms),
    },
  };
}

function latency(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? '–' : duration(ms);
}
