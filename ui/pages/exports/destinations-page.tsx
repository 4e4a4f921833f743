import { Anchor, Button, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Sparkline } from '../../charts/sparkline.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { count } from '../../parts/format.ts';
import { healthLabel } from '../../parts/health-label.ts';
import { ListFilters } from '../../parts/list-filters.tsx';
import { Page } from '../../parts/page.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { statusLabel } from '../../parts/statuses.ts';
import { Time } from '../../parts/time.tsx';
import { useListFilter } from '../../parts/use-list-filter.ts';
import { useCan } from '../../session/session.tsx';
import { EXPORT_HEALTHS, useDestinationKinds, useDestinations, type DestinationItem } from './data.ts';
import { ABOVE_EXPORTS } from './export-page.tsx';
import { placeOf } from './place-of.ts';

export const ABOVE_DESTINATION = [...ABOVE_EXPORTS, { to: '/exports/destinations', label: 'Destinations' }] as const;

/** The health, to filter by, of what no export goes into. */
const NOT_IN_USE = 'unused';

/** Where exports can go, also those that no export goes to. */
export function DestinationsPage(): ReactNode {
  const filter = useListFilter(['health', 'kind']);
  const kinds = (useDestinationKinds().data ?? []).map(({ kind }) => kind);
  const choices = [
    { name: 'health', label: 'Any health', values: [...EXPORT_HEALTHS, NOT_IN_USE] },
    { name: 'kind', label: 'Any kind', values: kinds },
  ] as const;
  const list = useDestinations(filter.query);
  return (
    <Page
      title="Destinations"
      subtitle="Of batch exports. Several exports may share one."
      above={ABOVE_EXPORTS}
      actions={useCan('write') ? <NewDestinationButton /> : undefined}
    >
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

function NewDestinationButton(): ReactNode {
  return (
    <Button component={Link} to="/exports/destinations/new" leftSection={<IconPlus size={16} />}>
      New destination
    </Button>
  );
}

function None(): ReactNode {
  return (
    <EmptyState
      title="No destinations yet"
      text="A bucket, a database or a warehouse is entered here, or with the first export to it."
    >
      {useCan('write') && (
        <>
          <NewDestinationButton />
          <Button component={Link} to="/exports/new" variant="default">
            New export
          </Button>
        </>
      )}
    </EmptyState>
  );
}

const COLUMNS: readonly Column<DestinationItem>[] = [
  {
    title: 'Name',
    cell: ({ id, name, kind }) => (
      <Stack gap={0} miw={{ base: 110, sm: 150 }}>
        <Anchor component={Link} to={`/exports/destinations/${id}`} fw={600} className="break-anywhere">
          {name}
        </Anchor>
        <Text size="xs" c="dimmed">
          {kind}
        </Text>
      </Stack>
    ),
  },
  { title: 'Health', cell: ({ summary }) => <HealthCell summary={summary} /> },
  { title: 'Rows per run', cell: ({ name, summary }) => <RowsCell name={name} summary={summary} />, wide: true },
  { title: 'Exports into it', cell: ({ id, summary }) => <UsersCell id={id} summary={summary} />, wide: true },
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

type Summary = DestinationItem['summary'];

/** That of the export into it which needs somebody most, with what is wrong there and what to do. */
function HealthCell({ summary }: { summary: Summary }): ReactNode {
  const { health, worst } = summary ?? { health: null, worst: null };
  if (health === null || worst === null) {
    return (
      <Text size="sm" c="dimmed">
        {statusLabel(NOT_IN_USE)}
      </Text>
    );
  }
  const error = worst.last_error;
  return (
    <Stack gap={4} align="flex-start">
      <StatusBadge status={health} label={healthLabel({ ...worst, health })} />
      {error !== null && (
        <Text size="xs" c="dimmed" maw={320} component="div">
          <Anchor component={Link} to={`/exports/${worst.id}`} inherit underline="always" className="break-anywhere">
            {worst.name}
          </Anchor>
          : {error.remedy ?? error.message}
        </Text>
      )}
    </Stack>
  );
}

/** Of all exports into it together. */
function RowsCell({ name, summary }: { name: string; summary: Summary }): ReactNode {
  const rows = summary?.trend ?? [];
  return rows.length < 2 ? null : <Sparkline label={`Rows per run into ${name}`} values={rows} />;
}

function UsersCell({ id, summary }: { id: string; summary: Summary }): ReactNode {
  const exports = summary?.exports ?? 0;
  return exports === 0 ? (
    <Text size="sm" c="dimmed">
      none
    </Text>
  ) : (
    <Anchor component={Link} to={`/exports/destinations/${id}`} size="sm" className="tap">
      {exports === 1 ? '1 export' : `${count(exports)} exports`}
    </Anchor>
  );
}
