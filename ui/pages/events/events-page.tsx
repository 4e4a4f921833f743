import { Anchor, Group, Select, Switch, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { answer, type paths } from '../../../api-client/index.ts';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Page } from '../../parts/page.tsx';
import { Time, ZoneNote } from '../../parts/time.tsx';
import { useListFilter } from '../../parts/use-list-filter.ts';
import { usePages } from '../../parts/use-pages.ts';
import { useApi } from '../../session/session.tsx';
import { SendEvents } from './send-events.tsx';

type Event = paths['/api/v1/events']['get']['responses']['200']['content']['application/json']['items'][number];
const FOLLOW_MS = 3_000;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** As the address says it. */
const SPANS = [
  { value: 'hour', label: 'the last hour', ms: HOUR_MS },
  { value: '', label: 'the last 24 hours', ms: DAY_MS },
  { value: 'week', label: 'the last 7 days', ms: 7 * DAY_MS },
  { value: 'month', label: 'the last 30 days', ms: 30 * DAY_MS },
] as const;
type Span = (typeof SPANS)[number];
const DAY: Span = SPANS[1];

/** What is captured, as it comes; the filter is part of the address. */
export function EventsPage(): ReactNode {
  const api = useApi();
  const [live, setLive] = useState(true);
  const filter = useListFilter(['event', 'since']);
  const { q: search, event } = filter.query;
  const span = SPANS.find(({ value }) => value === filter.valueOf('since')) ?? DAY;
  const asked = { ...(event === undefined ? {} : { event }), ...(search === undefined ? {} : { search }) };
  const list = usePages<Event>({
    key: ['events', asked, span.value],
    read: (query) => {
      const since = new Date(Date.now() - span.ms).toISOString();
      return answer(api.GET('/api/v1/events', { params: { query: { ...query, ...asked, since } } }));
    },
    keepShown: true,
    ...(live ? { refreshMs: FOLLOW_MS } : {}),
  });
  return (
    <Page title="Events" subtitle={`Captured in ${span.label}, newest first.`}>
      <Group align="flex-end">
        <TextInput
          label="Name of the event"
          value={filter.valueOf('event')}
          onChange={(change) => {
            filter.set('event', change.currentTarget.value);
          }}
        />
        <TextInput
          label="Search"
          description="A uuid, or text in the person or the properties"
          leftSection={<IconSearch size={16} />}
          value={filter.valueOf('q')}
          onChange={(change) => {
            filter.set('q', change.currentTarget.value);
          }}
        />
        <SpanSelect
          span={span}
          onChange={(value) => {
            filter.set('since', value);
          }}
        />
        <Switch
          label="Follow"
          checked={live}
          onChange={(change) => {
            setLive(change.currentTarget.checked);
          }}
        />
      </Group>
      <DataTable
        label="Events"
        list={list}
        columns={COLUMNS}
        rowKey={({ uuid, inserted_at }) => uuid + inserted_at}
        empty={
          search === undefined && event === undefined ? (
            <NoEvents span={span} />
          ) : (
            <Text size="sm" c="dimmed">
              No event of {span.label} fits.
            </Text>
          )
        }
      />
      <ZoneNote />
    </Page>
  );
}

function SpanSelect({ span, onChange }: { span: Span; onChange: (value: string) => void }): ReactNode {
  return (
    <Select
      label="Captured in"
      allowDeselect={false}
      data={SPANS.map(({ value, label }) => ({ value, label }))}
      value={span.value}
      onChange={(value) => {
        onChange(value ?? '');
      }}
    />
  );
}

function NoEvents({ span }: { span: Span }): ReactNode {
  return <EmptyState title={`No events in ${span.label}`} text={<SendEvents />} />;
}

const COLUMNS: readonly Column<Event>[] = [
  {
    title: 'Event',
    cell: ({ uuid, event }) => (
      <Anchor component={Link} to={`/events/${uuid}`} className="break-anywhere">
        {event}
      </Anchor>
    ),
  },
  {
    title: 'Person',
    cell: ({ distinct_id: person }) => (
      <Text size="sm" className="break-anywhere">
        {person}
      </Text>
    ),
  },
  { title: 'Source', cell: ({ library }) => library, wide: true },
  { title: 'Captured', cell: ({ inserted_at: at }) => <Time at={at} /> },
];
