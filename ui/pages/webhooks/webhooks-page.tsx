import { Anchor, Button, Group, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import { answer } from '../../../api-client/index.ts';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Page } from '../../parts/page.tsx';
import { SearchInput } from '../../parts/search-input.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { useApi, useCan } from '../../session/session.tsx';
import { KindIcon } from './kind-icon.tsx';
import type { Webhook } from './queries.ts';
import { WebhookHealth } from './webhook-health.tsx';
import { LastError, SuccessToday } from './webhook-row.tsx';

const COLUMNS: readonly Column<Webhook>[] = [
  { title: 'Name', cell: (webhook) => <NameCell webhook={webhook} /> },
  { title: 'Health', cell: ({ id, status }) => <WebhookHealth id={id} status={status} /> },
  { title: 'Last 24 hours', cell: ({ id }) => <SuccessToday id={id} />, wide: true },
  { title: 'Last error', cell: ({ id }) => <LastError id={id} />, wide: true },
];

export function WebhooksPage(): ReactNode {
  const api = useApi();
  const navigate = useNavigate();
  const [search, setSearch] = useState('');
  const list = usePages({
    key: ['webhooks'],
    pageSize: 100,
    read: (query) => answer(api.GET('/api/v1/webhooks', { params: { query } })),
  });
  const wanted = search.trim().toLowerCase();
  const shown = list.items?.filter((webhook) => `${webhook.name} ${webhook.url}`.toLowerCase().includes(wanted));
  return (
    <Page
      title="Webhooks"
      subtitle="Each matching event, within seconds, to an HTTP endpoint; retried until it is taken."
      actions={<NewWebhookButton />}
    >
      <Stack>
        {(list.items?.length ?? 0) > 0 && (
          <SearchInput label="Search webhooks" placeholder="Name or address" value={search} onChange={setSearch} />
        )}
        <DataTable
          label="Webhooks"
          list={{ ...list, items: shown }}
          columns={COLUMNS}
          rowKey={({ id }) => id}
          onOpen={({ id }) => void navigate(`/webhooks/${id}`)}
          empty={wanted === '' ? <NoWebhooks /> : <Text c="dimmed">No webhook is called “{search}”.</Text>}
        />
      </Stack>
    </Page>
  );
}

function NameCell({ webhook: { id, kind, name, url } }: { webhook: Webhook }): ReactNode {
  return (
    <Group gap="sm" wrap="nowrap">
      <ThemeIcon variant="default" visibleFrom="sm">
        <KindIcon kind={kind} />
      </ThemeIcon>
      <div>
        <Anchor component={Link} to={`/webhooks/${id}`} fw={600}>
          {name}
        </Anchor>
        <Text size="xs" c="dimmed" lineClamp={1} className="break-anywhere">
          {url}
        </Text>
      </div>
    </Group>
  );
}

export function NewWebhookButton(): ReactNode {
  return useCan('write') ? (
    <Button component={Link} to="/webhooks/new" leftSection={<IconPlus size={16} />}>
      New webhook
    </Button>
  ) : null;
}

function NoWebhooks(): ReactNode {
  return (
    <EmptyState
      title="No webhooks yet"
      text="A webhook sends each event that its filter takes to an address of yours, signed, within seconds. What your endpoint refuses is retried for days, and nothing is lost while it is away."
    >
      <Group>
        <NewWebhookButton />
      </Group>
    </EmptyState>
  );
}
