import { Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { answer, type Schemas } from '../../../api-client/index.ts';
import { Copy, Copyable } from '../../parts/copyable.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { bytes, count } from '../../parts/format.ts';
import { SectionCard } from '../../parts/section-card.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { useApi } from '../../session/session.tsx';
import type { Run } from './data.ts';

type RunFile = Schemas['RunFile'];

/** What a completed run left at the destination, and how to check it. */
export function RunFiles({ run: { id: runId, kept } }: { run: Run }): ReactNode {
  const api = useApi();
  const list = usePages<RunFile, { manifest: string | null }>({
    key: ['run', runId, 'files'],
    read: (query) => answer(api.GET('/api/v1/runs/{id}/files', { params: { path: { id: runId }, query } })),
  });
  const manifest = list.first?.manifest ?? undefined;
  return (
    <SectionCard title="Files">
      <Stack>
        <DataTable
          label="Files"
          list={list}
          columns={COLUMNS}
          rowKey={({ key }) => key}
          more="More"
          empty={
            <Text size="sm" c="dimmed">
              {kept ? 'None of its own: those that were kept are in the manifest.' : 'None: the interval had no rows.'}
            </Text>
          }
        />
        {manifest !== undefined && <Manifest name={manifest} />}
        <Text size="xs" c="dimmed">
          A later run of the interval may have replaced these files or added to them; the manifest at the destination
          says what counts.
        </Text>
      </Stack>
    </SectionCard>
  );
}

function Manifest({ name }: { name: string }): ReactNode {
  return (
    <Stack gap={4}>
      <Text size="sm" component="div">
        Its manifest, written last: <Copyable text={name} label="Copy the manifest’s name" />
      </Text>
      <Text size="sm" component="div">
        To check sizes, SHA-256 and rows offline, download it with its files, then:{' '}
        <Copyable text={`sluice verify ${fileName(name)}`} label="Copy the command" />
      </Text>
    </Stack>
  );
}

function fileName(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

const COLUMNS: readonly Column<RunFile>[] = [
  {
    title: 'File',
    cell: ({ key }) => (
      <Text size="sm" className="break-anywhere">
        {key}
      </Text>
    ),
  },
  { title: 'Rows', cell: ({ rows }) => count(rows), align: 'right' },
  { title: 'Size', cell: (file) => bytes(file.bytes), align: 'right' },
  {
    title: 'SHA-256',
    cell: ({ sha256 }) => (
      <Group gap={4} wrap="nowrap">
        <Text size="xs" ff="monospace">
          {sha256.slice(0, 12)}…
        </Text>
        <Copy text={sha256} label="Copy the SHA-256" />
      </Group>
    ),
    wide: true,
  },
];
