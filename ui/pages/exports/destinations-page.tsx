import { Anchor, Button, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { answer } from '../../../api-client/index.ts';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ListFilters } from '../../parts/list-filters.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { useListFilter } from '../../parts/use-list-filter.ts';
import { usePages } from '../../parts/use-pages.ts';
import { useApi, useCan } from '../../session/session.tsx';
import { useDestinationKinds, type Destination } from './data.ts';
import { ABOVE_EXPORTS } from './export-page.tsx';
import { placeOf } from './place-of.ts';

export const ABOVE_DESTINATION = [...ABOVE_EXPORTS, { to: '/exports/destinations', label: 'Destinations' }] as const;

/** Where exports can go, also those that no export goes to. */
export function DestinationsPage(): ReactNode {
  const api = useApi();
  const filter = useListFilter(['kind']);
  const kinds = (useDestinationKinds().data ?? []).map(({ kind }) => kind);
  const choices = [{ name: 'kind', label: 'Any kind', values: kinds }] as const;
  const list = usePages<Destination>({
    key: ['destinations', 'pages', filter.query],
    read: (query) => answer(api.GET('/api/v1/destinations', { params: { query: { ...query, ...filter.query } } })),
    keepShown: true,
  });
  return (
    <Page title="Destinations" subtitle="Of batch exports. Several exports may share one." above={ABOVE_EXPORTS}>
      {(filter.isSet || (list.items?.length ?? 0) > 0) && (
        <ListFilters filter={filter} label="Search destinations" placeholder="Name or kind" choices={choices} />
      )}
      <DataTable
        label="Destinations"
        list={list}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        empty={filter.isSet ? <Text c="dimmed">No destination is like that.</Text> : <None />}
      />
    </Page>
  );
}

function None(): ReactNode {
  return (
    <EmptyState
      title="No destinations yet"
      text="A bucket, a database or a warehouse is entered with the first export to it."
    >
      {useCan('write') && (
        <Button component={Link} to="/exports/new">
          New export
        </Button>
      )}
    </EmptyState>
  );
}

const COLUMNS: readonly Column<Destination>[] = [
  {
    title: 'Name',
    cell: ({ id, name }) => (
      <Anchor component={Link} to={`/exports/destinations/${id}`} fw={600} className="break-anywhere">
        {name}
      </Anchor>
    ),
  },
  { title: 'Kind', cell: ({ kind }) => kind },
  {
    title: 'Place',
    cell: (destination) => (
      <Text size="sm" className="break-anywhere">
        {placeOf(destination)}
      </Text>
    ),
    wide: true,
  },
  { title: 'Changed', cell: ({ updated_at: at }) => <Time at={at} />, wide: true },
];
