import { Anchor, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { answer } from '../../../api-client/index.ts';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { count } from '../../parts/format.ts';
import { SectionCard } from '../../parts/section-card.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Time, ZoneNote } from '../../parts/time.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { useApi } from '../../session/session.tsx';
import { progressOf, rowsOf, type Erasure } from './erasures.ts';
import { NewErasure } from './new-erasure.tsx';

const REFRESH_MS = 3_000;

/** Persons of whom everything stored was erased, without who they were. */
export function ErasuresTab(): ReactNode {
  const api = useApi();
  const list = usePages<Erasure>({
    key: ['erasures'],
    read: (query) => answer(api.GET('/api/v1/erasures', { params: { query } })),
    refreshMs: REFRESH_MS,
  });
  return (
    <Stack>
      <SectionCard title="Erasures" actions={<NewErasure />}>
        <DataTable
          label="Erasures"
          list={list}
          columns={COLUMNS}
          rowKey={({ id }) => id}
          empty={
            <EmptyState
              title="Nobody was erased yet"
              text="When a person asks to be forgotten, give every id of theirs here: Sluice erases their events and what else names them. It cannot be taken back, and it does not reach what exports and webhooks have brought elsewhere."
            />
          }
        />
      </SectionCard>
      <ZoneNote />
    </Stack>
  );
}

const COLUMNS: readonly Column<Erasure>[] = [
  {
    title: 'Asked for',
    cell: ({ id, created_at: at }) => (
      <Anchor component={Link} to={`/settings/erasures/${id}`} size="sm">
        <Time at={at} exact />
      </Anchor>
    ),
  },
  { title: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { title: 'Progress', cell: progressOf },
  { title: 'Rows', cell: (erasure) => count(rowsOf(erasure)), align: 'right' },
  { title: 'By', cell: ({ requested_by: by }) => by, wide: true },
];
