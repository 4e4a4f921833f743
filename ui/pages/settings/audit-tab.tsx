import { Anchor, Code, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { answer, type Schemas } from '../../../api-client/index.ts';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Time, ZoneNote } from '../../parts/time.tsx';
import { useListFilter, type ListFilter } from '../../parts/use-list-filter.ts';
import { usePages } from '../../parts/use-pages.ts';
import { useApi } from '../../session/session.tsx';
import { AUDITED, pageOfAudited } from './audited.ts';

type Entry = Schemas['AuditEntry'];

type FilterName = 'resource' | 'resource_id';

/** Who changed what, and when; the filter is part of the address. */
export function AuditTab(): ReactNode {
  const api = useApi();
  const filter = useListFilter<FilterName>(['resource', 'resource_id']);
  const { resource, resource_id: id } = filter.query;
  const asked = { ...(resource === undefined ? {} : { resource }), ...(id === undefined ? {} : { resource_id: id }) };
  const list = usePages<Entry>({
    key: ['audit-log', asked],
    read: (query) => answer(api.GET('/api/v1/audit-log', { params: { query: { ...query, ...asked } } })),
    keepShown: true,
  });
  return (
    <Stack>
      <Filters filter={filter} />
      <DataTable
        label="Audit log"
        list={list}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        empty={
          filter.isSet ? (
            <Text size="sm" c="dimmed">
              No change is like that.
            </Text>
          ) : (
            <EmptyState
              title="Nothing yet"
              text="Every change through the console, the API or the command line is listed here."
            />
          )
        }
      />
      <ZoneNote />
    </Stack>
  );
}

function Filters({ filter }: { filter: ListFilter<FilterName> }): ReactNode {
  return (
    <Group gap="sm">
      <Select
        aria-label="On what"
        placeholder="On anything"
        clearable
        w={200}
        data={AUDITED}
        value={filter.valueOf('resource') || null}
        onChange={(value) => {
          filter.set('resource', value ?? '');
        }}
      />
      <TextInput
        aria-label="Id of one thing"
        placeholder="Id of one thing"
        w={340}
        maw="100%"
        value={filter.valueOf('resource_id')}
        onChange={(change) => {
          filter.set('resource_id', change.currentTarget.value.trim());
        }}
      />
    </Group>
  );
}

const COLUMNS: readonly Column<Entry>[] = [
  { title: 'When', cell: ({ at }) => <Time at={at} exact /> },
  { title: 'Who', cell: ({ actor, address }) => <Who name={nameOf(actor)} address={address} /> },
  { title: 'What', cell: ({ action }) => action },
  { title: 'On', cell: ({ resource, resource_id: id }) => <On resource={resource} id={id} />, wide: true },
  { title: 'Changes', cell: ({ changes }) => changes.map(changeText).join(', '), wide: true },
];

/** Who has not shown who it is has the name of the account. */
function nameOf({ kind, name }: Entry['actor']): string {
  return kind === 'anonymous' ? `somebody, as ${name}` : name;
}

function Who({ name, address }: { name: string; address: string }): ReactNode {
  return (
    <Stack gap={0}>
      <Text size="sm" className="break-anywhere">
        {name}
      </Text>
      <Text size="xs" c="dimmed" className="break-anywhere">
        {address}
      </Text>
    </Stack>
  );
}

function On({ resource, id }: { resource: string; id: string | null }): ReactNode {
  const page = id === null ? undefined : pageOfAudited(resource, id);
  return (
    <Stack gap={0}>
      <Text size="sm">{resource}</Text>
      {page === undefined ? (
        <Code c="inherit" fz="xs">
          {id}
        </Code>
      ) : (
        <Anchor component={Link} to={page} size="xs" ff="monospace">
          {id}
        </Anchor>
      )}
    </Stack>
  );
}

/** A value that may be a secret is not in the log. */
function changeText({ field, value }: Entry['changes'][number]): string {
  return value === undefined ? field : `${field}: ${String(value)}`;
}
