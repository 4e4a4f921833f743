import { Code, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { answer, type paths } from '../../../api-client/index.ts';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { Time } from '../../parts/time.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { useApi } from '../../session/session.tsx';

type Version =
  paths['/api/v1/exports/{id}/versions']['get']['responses']['200']['content']['application/json']['items'][number];

/** How the settings came to be: who changed what. */
export function Versions({ exportId }: { exportId: string }): ReactNode {
  const api = useApi();
  const list = usePages<Version>({
    key: ['export', exportId, 'versions'],
    read: (query) => answer(api.GET('/api/v1/exports/{id}/versions', { params: { path: { id: exportId }, query } })),
  });
  return (
    <DataTable
      label="Versions"
      list={list}
      columns={COLUMNS}
      rowKey={({ version }) => String(version)}
      empty={
        <Text size="sm" c="dimmed">
          None.
        </Text>
      }
    />
  );
}

const COLUMNS: readonly Column<Version>[] = [
  { title: 'Version', cell: ({ version }) => version },
  { title: 'When', cell: ({ created_at: at }) => <Time at={at} /> },
  { title: 'Who', cell: ({ by }) => by?.name ?? 'Sluice', wide: true },
  { title: 'Changes', cell: ({ version, changes }) => <Changes isFirst={version === 1} changes={changes} /> },
];

function Changes({ isFirst, changes }: { isFirst: boolean; changes: Version['changes'] }): ReactNode {
  if (isFirst) {
    return 'created';
  }
  return (
    <Stack gap={2}>
      {changes.map(({ field, before, after }) => (
        <Text key={field} size="sm" className="break-anywhere">
          {field}: <Code c="inherit">{JSON.stringify(before)}</Code> → <Code c="inherit">{JSON.stringify(after)}</Code>
        </Text>
      ))}
    </Stack>
  );
}
