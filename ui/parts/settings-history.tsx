import { Code, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { DataTable, type Column } from './data-table.tsx';
import { SectionCard } from './section-card.tsx';
import { Time, ZoneNote } from './time.tsx';
import { usePages, type PagesOptions } from './use-pages.ts';

interface Change {
  field: string;
  before: unknown;
  after: unknown;
  /** Only that it was changed is known. */
  secret?: boolean;
}

/** As the histories of exports, destinations and webhooks have it. */
export interface SettingsVersion {
  version: number;
  created_at: string;
  by: { name: string } | null;
  changes: readonly Change[];
}

interface Props {
  /** Has the newest version in it, so that what was just saved is there. */
  queryKey: readonly unknown[];
  read: PagesOptions<SettingsVersion>['read'];
}

/** How settings came to be: who changed what. */
export function SettingsHistory({ queryKey, read }: Props): ReactNode {
  const list = usePages<SettingsVersion>({ key: queryKey, read, keepShown: true });
  return (
    <SectionCard title="History">
      <DataTable
        label="History of the settings"
        list={list}
        columns={COLUMNS}
        rowKey={({ version }) => String(version)}
        empty={
          <Text size="sm" c="dimmed">
            Nothing is known of earlier settings. From now on each change is listed here, with who made it.
          </Text>
        }
      />
      <ZoneNote />
    </SectionCard>
  );
}

const COLUMNS: readonly Column<SettingsVersion>[] = [
  { title: 'Version', cell: ({ version }) => version },
  { title: 'When', cell: ({ created_at: at }) => <Time at={at} exact />, wide: true },
  { title: 'Who', cell: ({ by }) => by?.name ?? 'Sluice', wide: true },
  { title: 'Changes', cell: (row) => <Changes row={row} /> },
];

/** Where there is little room, with who and when: nothing is left to be scrolled to. */
function Changes({ row: { version, changes, by, created_at: at } }: { row: SettingsVersion }): ReactNode {
  return (
    <Stack gap={2}>
      <Text size="xs" c="dimmed" hiddenFrom="sm" component="div">
        {by?.name ?? 'Sluice'}, <Time at={at} exact />
      </Text>
      {version === 1 && 'created'}
      {version !== 1 && changes.length === 0 && 'saved as it was'}
      {version !== 1 && changes.map((change) => <ChangeLine key={change.field} change={change} />)}
    </Stack>
  );
}

function ChangeLine({ change: { field, before, after, secret } }: { change: Change }): ReactNode {
  return (
    <Text size="sm" className="break-anywhere" component="div">
      {field}:{' '}
      {secret === true ? (
        'changed (a secret is not shown)'
      ) : (
        <>
          <Code c="inherit">{JSON.stringify(before)}</Code> → <Code c="inherit">{JSON.stringify(after)}</Code>
        </>
      )}
    </Text>
  );
}
