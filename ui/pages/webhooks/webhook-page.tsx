import { Group, Stack, Tabs } from '@mantine/core';
import type { ReactNode } from 'react';
import { Outlet, useLocation, useNavigate, useOutletContext, useParams } from 'react-router';
import { Page, SAME_PAGE } from '../../parts/page.tsx';
import { Pending } from '../../parts/pending.tsx';
import { TemporalSearch } from '../../parts/temporal-link.tsx';
import { CreatedNote } from './created-note.tsx';
import { useWebhook, type Webhook } from './queries.ts';
import { WebhookActions } from './webhook-actions.tsx';
import { WebhookHealth } from './webhook-health.tsx';

const TABS = [
  { value: 'health', label: 'Health' },
  { value: 'deliveries', label: 'Deliveries' },
  { value: 'replays', label: 'Replays' },
  { value: 'settings', label: 'Settings' },
] as const;

export const WEBHOOKS_ABOVE = [{ to: '/webhooks', label: 'Webhooks' }];

/** One webhook; its tabs have addresses of their own. */
export function WebhookPage(): ReactNode {
  const { id = '' } = useParams();
  const navigate = useNavigate();
  const tab = useLocation().pathname.split('/')[3] ?? 'health';
  const webhook = useWebhook(id);
  if (webhook.data === undefined) {
    return (
      <Page title="Webhook" above={WEBHOOKS_ABOVE}>
        <Pending error={webhook.error} />
      </Page>
    );
  }
  return (
    <Page
      title={webhook.data.name}
      part={TABS.find(({ value }) => value === tab)?.label ?? tab}
      subtitle={<Subtitle webhook={webhook.data} />}
      above={WEBHOOKS_ABOVE}
      badge={<WebhookHealth id={id} status={webhook.data.status} />}
      actions={<WebhookActions webhook={webhook.data} />}
    >
      <CreatedNote webhook={webhook.data} />
      <Tabs
        value={tab}
        onChange={(value) =>
          void navigate(`/webhooks/${id}${value === null || value === 'health' ? '' : `/${value}`}`, SAME_PAGE)
        }
        keepMounted={false}
      >
        <Tabs.List mb="lg">
          {TABS.map(({ value, label }) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab}>
          <Outlet context={webhook.data} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Subtitle({ webhook: { id, method, url } }: { webhook: Webhook }): ReactNode {
  const all = `SluiceDestinationId = "${id}"`;
  return (
    <Stack gap={4}>
      <span>
        {method} {url}
      </span>
      <Group gap="md">
        <TemporalSearch query={all} label="Its workflows in Temporal" />
        <TemporalSearch query={`SluiceKind = "delivery" AND ${all}`} label="Its retries" />
      </Group>
    </Stack>
  );
}

/** The webhook whose page a tab is part of. */
export function useThisWebhook(): Webhook {
  return useOutletContext<Webhook>();
}
