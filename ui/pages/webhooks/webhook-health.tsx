import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { usePending } from '../../edits/use-optimistic.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { useWebhookState, webhookKey, type Webhook } from './queries.ts';

/** What the user wants (paused) before what Sluice thinks of the endpoint. */
export function WebhookHealth({ id, status }: Pick<Webhook, 'id' | 'status'>): ReactNode {
  const state = useWebhookState(id);
  const pending = usePending(webhookKey(id));
  if (status === 'paused') {
    return <StatusBadge status="paused" pending={pending} />;
  }
  return state.data ? <StatusBadge status={state.data.health} pending={pending} /> : <Skeleton w={80} h={22} />;
}
