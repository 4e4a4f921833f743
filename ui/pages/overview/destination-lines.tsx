import { Anchor, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../../../api-client/index.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';
import type { Webhook } from '../webhooks/queries.ts';
import { WebhookHealth } from '../webhooks/webhook-health.tsx';
import { SuccessToday } from '../webhooks/webhook-row.tsx';

/** One webhook, in a line. */
export function WebhookLine({ webhook: { id, name, status } }: { webhook: Webhook }): ReactNode {
  return (
    <Line to={`/webhooks/${id}`} name={name} badge={<WebhookHealth id={id} status={status} />}>
      <SuccessToday id={id} />
    </Line>
  );
}

/** One export, in a line. */
export function ExportLine({ batch: { id, name, paused, interval } }: { batch: Schemas['Export'] }): ReactNode {
  return (
    <Line to={`/exports/${id}`} name={name} badge={<StatusBadge status={paused ? 'paused' : 'active'} />}>
      <Text size="sm" c="dimmed">
        each {interval}
      </Text>
    </Line>
  );
}

function Line({
  to,
  name,
  badge,
  children,
}: {
  to: string;
  name: string;
  badge: ReactNode;
  children: ReactNode;
}): ReactNode {
  return (
    <Group justify="space-between">
      <Anchor component={Link} to={to} fw={600} className="break-anywhere">
        {name}
      </Anchor>
      <Group gap="sm">
        {children}
        {badge}
      </Group>
    </Group>
  );
}
