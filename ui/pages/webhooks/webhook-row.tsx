import { Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answer } from '../../../api-client/index.ts';
import { count } from '../../parts/format.ts';
import { Time } from '../../parts/time.tsx';
import { useApi } from '../../session/session.tsx';
import { useWebhookState, useWebhookStats, webhookKey } from './queries.ts';

const HOURS = 24;

export function SuccessToday({ id }: { id: string }): ReactNode {
  const { data } = useWebhookStats(id, HOURS);
  if (data === undefined) {
    return <Skeleton w={90} h={16} />;
  }
  return data.attempts === 0 ? (
    <Text size="sm" c="dimmed">
      nothing sent
    </Text>
  ) : (
    <Text size="sm">
      {count(data.delivered)} delivered
      {data.discarded > 0 ? `, ${count(data.discarded)} given up` : ''}
    </Text>
  );
}

/** Only of those that are not well. */
export function LastError({ id }: { id: string }): ReactNode {
  const api = useApi();
  const state = useWebhookState(id);
  const troubled = state.data !== undefined && (state.data.health !== 'healthy' || state.data.open_retries > 0);
  const failed = useQuery({
    queryKey: [...webhookKey(id), 'last-error'],
    enabled: troubled,
    queryFn: () =>
      answer(api.GET('/api/v1/webhooks/{id}/attempts', { params: { path: { id }, query: { limit: '10' } } })),
  });
  const last = failed.data?.items.find(({ error }) => error !== null);
  if (!troubled || !last) {
    return null;
  }
  return (
    <Stack gap={0}>
      <Text size="sm" lineClamp={1}>
        {last.error?.message}
      </Text>
      <Text size="xs" c="dimmed">
        <Time at={last.attempted_at} />
      </Text>
    </Stack>
  );
}
