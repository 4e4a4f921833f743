import { Code, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { answer, type Schemas } from '../../../api-client/index.ts';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Time, ZoneNote } from '../../parts/time.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { useApi } from '../../session/session.tsx';

type Entry = Schemas['AuditEntry'];

/** Who changed what, and when. */
export function AuditTab(): ReactNode {
  const api = useApi();
  const list = usePages<Entry>({
    key: ['audit-log'],
    read: (query) => answer(api.GET('/api/v1/audit-log', { params: { query } })),
  });
  return (
    <Stack>
      <DataTable
        label="Audit log"
        list={list}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        empty={
          <EmptyState
            title="Nothing yet"
            text="Every change through the console, the API or the command line is listed here."
          />
        }
      />
      <ZoneNote />
    </Stack>
  );
}

const COLUMNS: readonly Column<Entry>[] = [
  { title: 'When', cell: ({ at }) => <Time at={at} exact /> },
  { title: 'Who', cell: ({ actor, address }) => <Who name={actor.name} address={address} /> },
  { title: 'What', cell: ({ action }) => action },
  { title: 'On', cell: ({ resource, resource_id: id }) => <On resource={resource} id={id} />, wide: true },
  { title: 'Changes', cell: ({ changes }) => changes.map(changeText).join(', '), wide: true },
];

function Who({ name, address }: { name: string; address: string }): ReactNode {
  return (
    <Stack gap={0}>
      <Text size="sm">{name}</Text>
      <Text size="xs" c="dimmed">
        {address}
      </Text>
    </Stack>
  );
}

function On({ resource, id }: { resource: string; id: string | null }): ReactNode {
  return (
    <Stack gap={0}>
      <Text size="sm">{resource}</Text>
      {id !== null && (
        <Code c="inherit" fz="xs">
          {id}
        </Code>
      )}
    </Stack>
  );
}

/** A value that may be a secret is not in the log. */
function changeText({ field, value }: Entry['changes'][number]): string {
  return value === undefined ? field : `${field}: ${String(value)}`;
}
