import { Button, Group, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ListFilters } from '../../parts/list-filters.tsx';
import { Page } from '../../parts/page.tsx';
import { useCan } from '../../session/session.tsx';
import { useListFilter } from '../../parts/use-list-filter.ts';
import { EXPORT_HEALTHS, useDestinationKinds, useExports } from './data.ts';
import { ExportsTable } from './exports-table.tsx';

export function ExportsPage(): ReactNode {
  const canWrite = useCan('write');
  const filter = useListFilter(['health', 'kind']);
  const kinds = (useDestinationKinds().data ?? []).map(({ kind }) => kind);
  const choices = [
    { name: 'health', label: 'Any health', values: EXPORT_HEALTHS },
    { name: 'kind', label: 'Any kind', values: kinds },
  ] as const;
  const list = useExports(filter.query);
  const actions = (
    <Group gap="xs">
      <Button component={Link} to="/exports/destinations" variant="default">
        Destinations
      </Button>
      <Button component={Link} to="/exports/once" variant="default">
        Export once
      </Button>
      {canWrite && <NewExportButton />}
    </Group>
  );
  return (
    <Page title="Batch exports" subtitle="New rows, on a schedule, into stores and warehouses." actions={actions}>
      {(filter.isSet || (list.items?.length ?? 0) > 0) && (
        <ListFilters filter={filter} label="Search exports" placeholder="Name or destination" choices={choices} />
      )}
      <ExportsTable
        list={list}
        empty={filter.isSet ? <Text c="dimmed">No export is like that.</Text> : <NoExports canWrite={canWrite} />}
      />
    </Page>
  );
}

function NewExportButton(): ReactNode {
  return (
    <Button component={Link} to="/exports/new" leftSection={<IconPlus size={16} />}>
      New export
    </Button>
  );
}

function NoExports({ canWrite }: { canWrite: boolean }): ReactNode {
  return (
    <EmptyState
      title="No exports yet"
      text="An export copies the events of each minute, hour, day or week to a bucket, a database or a warehouse of yours, each interval exactly once. It starts with the next interval; a backfill brings the past."
    >
      {canWrite && <NewExportButton />}
    </EmptyState>
  );
}
