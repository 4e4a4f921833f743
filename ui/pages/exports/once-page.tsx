import { Anchor, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';
import { answer } from '../../../api-client/index.ts';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { count } from '../../parts/format.ts';
import { Page } from '../../parts/page.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Time, ZoneNote } from '../../parts/time.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { useApi, useCan } from '../../session/session.tsx';
import type { OnDemandExport } from './data.ts';
import { ABOVE_EXPORTS } from './export-page.tsx';
import { OnceFiles } from './once-files.tsx';
import { OnceForm } from './once-form.tsx';

const REFRESH_MS = 3_000;

/** Exports of one range, once. `?from=` names an export whose settings are taken over. */
export function OncePage(): ReactNode {
  const api = useApi();
  const [search] = useSearchParams();
  const list = usePages<OnDemandExport>({
    key: ['on-demand'],
    read: (query) => answer(api.GET('/api/v1/on-demand-exports', { params: { query } })),
    refreshMs: REFRESH_MS,
  });
  return (
    <Page
      title="Export once"
      subtitle="Any range, without a schedule, as files to download or to a destination."
      above={ABOVE_EXPORTS}
    >
      <Stack>
        {useCan('write') && (
          <SectionCard title="New">
            <OnceForm sourceId={search.get('from') ?? undefined} />
          </SectionCard>
        )}
        <DataTable
          label="Exports made once"
          list={list}
          columns={COLUMNS}
          rowKey={({ id }) => id}
          empty={
            <EmptyState
              title="None yet"
              text="Choose a range above; the files stay for a while, by links that expire."
            />
          }
        />
        <ZoneNote />
      </Stack>
    </Page>
  );
}

const COLUMNS: readonly Column<OnDemandExport>[] = [
  { title: 'Name', cell: ({ name }) => name },
  {
    title: 'Range',
    cell: ({ from, to }) => (
      <>
        <Time at={from} exact /> – <Time at={to} exact />
      </>
    ),
    wide: true,
  },
  { title: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { title: 'Rows', cell: ({ progress, run }) => count(run?.rows ?? progress?.rows_done ?? 0), align: 'right' },
  {
    title: 'Files',
    cell: (row) => (row.download && row.status === 'completed' ? <OnceFiles id={row.id} /> : <Where row={row} />),
  },
];

function Where({ row: { destination_id: id } }: { row: OnDemandExport }): ReactNode {
  return id === null ? null : (
    <Anchor component={Link} to={`/exports/destinations/${id}`}>
      at the destination
    </Anchor>
  );
}
