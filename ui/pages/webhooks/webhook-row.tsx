import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Schemas } from '../../../api-client/index.ts';
import { Sparkline } from '../../charts/sparkline.tsx';
import { count } from '../../parts/format.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { meaningOf } from './health-means.ts';

export type WebhookItem = Schemas['WebhookItem'];

interface Props {
  summary: WebhookItem['summary'];
}

/** What the user wants (paused) before what Sluice thinks of the endpoint. */
export function HealthOf({ webhook: { status, summary } }: { webhook: WebhookItem }): ReactNode {
  return <StatusBadge status={status === 'paused' ? 'paused' : (summary?.state ?? status)} />;
}

export function Today({ summary }: Props): ReactNode {
  if (summary === null || summary.attempts === 0) {
    return (
      <Text size="sm" c="dimmed">
        nothing sent
      </Text>
    );
  }
  return (
    <Text size="sm">
      {count(summary.sent)} delivered
      {summary.discarded > 0 ? `, ${count(summary.discarded)} given up` : ''}
    </Text>
  );
}

export function Trend({ name, summary }: Props & { name: string }): ReactNode {
  return summary === null || summary.sent === 0 ? null : (
    <Sparkline label={`Deliveries of ${name} by hour`} values={summary.trend} />
  );
}

/** Only of those that are not well, with what to do. */
export function LastError({ summary }: Props): ReactNode {
  if (!summary?.last_error || !summary.last_error_at || (summary.state === 'healthy' && summary.open_retries === 0)) {
    return null;
  }
  return (
    <Stack gap={0}>
      <Text size="sm" lineClamp={1}>
        {summary.last_error.message}
      </Text>
      <Text size="xs" c="dimmed" lineClamp={2} maw={320}>
        {summary.last_error.remedy ?? (summary.state === 'healthy' ? null : meaningOf(summary.state)?.text)}
      </Text>
      <Text size="xs" c="dimmed">
        <Time at={summary.last_error_at} />
      </Text>
    </Stack>
  );
}
