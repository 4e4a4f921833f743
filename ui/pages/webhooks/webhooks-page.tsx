import { Anchor, Box, Button, Group, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import { answer, type paths } from '../../../api-client/index.ts';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ListFilters } from '../../parts/list-filters.tsx';
import { Page } from '../../parts/page.tsx';
import { useListFilter } from '../../parts/use-list-filter.ts';
import { usePages } from '../../parts/use-pages.ts';
import { useApi, useCan } from '../../session/session.tsx';
import { KindIcon } from './kind-icon.tsx';
import { useWebhookKinds } from './kinds.ts';
import { LIVE_MS } from './queries.ts';
import { HealthOf, LastError, Today, Trend, type WebhookItem } from './webhook-row.tsx';

type Query = NonNullable<paths['/api/v1/webhooks']['get']['parameters']['query']>;

const HEALTHS = ['healthy', 'degraded', 'recovering', 'paused_auto', 'misconfigured', 'gone'] as const;
const STATUSES = ['active', 'paused'] as const;

const COLUMNS: readonly Column<WebhookItem>[] = [
  { title: 'Name', cell: (webhook) => <NameCell webhook={webhook} /> },
  { title: 'Health', cell: (webhook) => <HealthOf webhook={webhook} /> },
  { title: 'Last 24 hours', cell: ({ summary }) => <Today summary={summary} />, wide: true },
  { title: 'Deliveries', cell: ({ name, summary }) => <Trend name={name} summary={summary} />, wide: true },
  { title: 'Last error', cell: ({ summary }) => <LastError summary={summary} />, wide: true },
];

export function WebhooksPage(): ReactNode {
  const api = useApi();
  const navigate = useNavigate();
  const filter = useListFilter(['health', 'status', 'kind']);
  const kinds = (useWebhookKinds().data ?? []).map(({ kind }) => kind);
  const choices = [
    { name: 'health', label: 'Any health', values: HEALTHS },
    { name: 'status', label: 'Any status', values: STATUSES },
    { name: 'kind', label: 'Any kind', values: kinds },
  ] as const;
  const list = usePages<WebhookItem>({
    key: ['webhooks', filter.query],
    pageSize: 50,
    refreshMs: LIVE_MS,
    keepShown: true,
    read: (page) => {
      const query = { ...page, ...filter.query, summary: 'true' } as Query;
      return answer(api.GET('/api/v1/webhooks', { params: { query } }));
    },
  });
  return (
    <Page
      title="Webhooks"
      subtitle="Each matching event, within seconds, to an HTTP endpoint; retried until it is taken."
      actions={<NewWebhookButton />}
    >
      <Stack>
        {(filter.isSet || (list.items?.length ?? 0) > 0) && (
          <ListFilters filter={filter} label="Search webhooks" placeholder="Name or address" choices={choices} />
        )}
        <DataTable
          label="Webhooks"
          list={list}
          columns={COLUMNS}
          rowKey={({ id }) => id}
          onOpen={({ id }) => void navigate(`/webhooks/${id}`)}
          empty={filter.isSet ? <Text c="dimmed">No webhook is like that.</Text> : <NoWebhooks />}
        />
      </Stack>
    </Page>
  );
}

function NameCell({ webhook: { id, kind, name, url, summary } }: { webhook: WebhookItem }): ReactNode {
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
        <Box hiddenFrom="sm" mt={4}>
          <LastError summary={summary} />
        </Box>
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
