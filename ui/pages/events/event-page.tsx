import { Anchor, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { answer, type paths } from '../../../api-client/index.ts';
import { CodeBlock } from '../../parts/code-block.tsx';
import { Copyable } from '../../parts/copyable.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { Page } from '../../parts/page.tsx';
import { Pending } from '../../parts/pending.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Time, ZoneNote } from '../../parts/time.tsx';
import { useApi } from '../../session/session.tsx';

type EventDetail = paths['/api/v1/events/{uuid}']['get']['responses']['200']['content']['application/json'];
type ExportOf = EventDetail['exports'][number];
type WebhookOf = EventDetail['webhooks'][number];

const ABOVE = [{ to: '/events', label: 'Events' }];
const REFRESH_MS = 5_000;

/** One event, as it was captured, and where it went. */
export function EventPage(): ReactNode {
  const { uuid = '' } = useParams();
  const api = useApi();
  const { data, error } = useQuery({
    queryKey: ['event', uuid],
    queryFn: () => answer(api.GET('/api/v1/events/{uuid}', { params: { path: { uuid } } })),
    refetchInterval: REFRESH_MS,
  });
  if (data === undefined) {
    return (
      <Page title="Event" above={ABOVE}>
        <Pending error={error} />
      </Page>
    );
  }
  return (
    <Page title={data.event} above={ABOVE} subtitle={<Copyable text={data.uuid} label="Copy the uuid" />}>
      <Stack>
        <Text size="sm">
          {data.distinct_id}, captured <Time at={data.inserted_at} exact />
        </Text>
        <SectionCard title="Webhooks">
          <Rows
            label="Webhooks"
            rows={data.webhooks}
            columns={webhookColumns(data.uuid)}
            rowKey={({ webhook_id: id }) => id}
            none="No webhook has tried to send it."
          />
        </SectionCard>
        <SectionCard title="Batch exports">
          <Rows
            label="Batch exports"
            rows={data.exports}
            columns={EXPORT_COLUMNS}
            rowKey={({ run_id: id }) => id}
            none="No run has exported its interval yet."
          />
        </SectionCard>
        <SectionCard title="Properties">
          <CodeBlock label="properties" text={data.properties} />
        </SectionCard>
        <SectionCard title="Person, as it was then">
          <CodeBlock label="person properties" text={data.person_properties} />
        </SectionCard>
        <ZoneNote />
      </Stack>
    </Page>
  );
}

/** A short list that came with the event. */
function Rows<Row>({
  rows,
  none,
  ...table
}: {
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  none: string;
}): ReactNode {
  const nothing = (): void => undefined;
  const list = { items: rows, error: null, hasMore: false, loadingMore: false, more: nothing, retry: nothing };
  return (
    <DataTable
      {...table}
      list={list}
      empty={
        <Text size="sm" c="dimmed">
          {none}
        </Text>
      }
    />
  );
}

function webhookColumns(uuid: string): readonly Column<WebhookOf>[] {
  return [
    {
      title: 'Webhook',
      cell: ({ webhook_id: id, name }) => (
        <Anchor component={Link} to={`/webhooks/${id}/events/${uuid}`}>
          {name}
        </Anchor>
      ),
    },
    { title: 'Outcome', cell: ({ outcome }) => <StatusBadge status={outcome} /> },
    { title: 'Attempts', cell: ({ attempts }) => attempts, align: 'right' },
    { title: 'Last', cell: ({ attempted_at: at }) => <Time at={at} /> },
  ];
}

const EXPORT_COLUMNS: readonly Column<ExportOf>[] = [
  {
    title: 'Export',
    cell: ({ export_id: id, run_id, name }) => (
      <Anchor component={Link} to={`/exports/${id}/runs/${run_id}`}>
        {name}
      </Anchor>
    ),
  },
  { title: 'Run', cell: ({ status }) => <StatusBadge status={status} /> },
  { title: 'Interval until', cell: ({ interval_end: at }) => <Time at={at} exact /> },
];
