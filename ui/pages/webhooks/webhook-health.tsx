import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { useWebhookState, type Webhook } from './queries.ts';

/** What the user wants (paused) before what Sluice thinks of the endpoint. */
export function WebhookHealth({ id, status }: Pick<Webhook, 'id' | 'status'>): ReactNode {
  const state = useWebhookState(id);
  if (status === 'paused') {
    return <StatusBadge status="paused" />;
  }
  return state.data ? <StatusBadge status={state.data.health} /> : <Skeleton w={80} h={22} />;
}
