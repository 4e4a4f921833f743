import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { answer, type Schemas } from '../../../api-client/index.ts';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { count } from '../../parts/format.ts';
import { SectionCard } from '../../parts/section-card.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Time, ZoneNote } from '../../parts/time.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { useApi } from '../../session/session.tsx';
import type { LateData, Reconciliation } from './data.ts';
import { RejectedRecords } from './rejected-records.tsx';
import { Reconcile } from './reconcile.tsx';

type Gap = Schemas['Gap'];

/** Whether everything is there: what is missing, what was set aside, what came late, and what comparing has found. */
export function CompletenessTab({ exportId }: { exportId: string }): ReactNode {
  return (
    <Stack>
      <Gaps exportId={exportId} />
      <RejectedRecords exportId={exportId} />
      <Late exportId={exportId} />
      <Reconciliations exportId={exportId} />
      <ZoneNote />
    </Stack>
  );
}

function Gaps({ exportId }: { exportId: string }): ReactNode {
  const api = useApi();
  const list = usePages<Gap>({
    key: ['export', exportId, 'gaps'],
    read: (query) => answer(api.GET('/api/v1/exports/{id}/gaps', { params: { path: { id: exportId }, query } })),
  });
  return (
    <SectionCard title="Intervals that are missing">
      <DataTable
        label="Gaps"
        list={list}
        columns={GAP_COLUMNS}
        rowKey={({ interval_end }) => interval_end}
        more="Later"
        empty={
          <Text size="sm" c="dimmed">
            None: every interval that has ended is exported.
          </Text>
        }
      />
    </SectionCard>
  );
}

const GAP_COLUMNS: readonly Column<Gap>[] = [
  { title: 'Interval until', cell: ({ interval_end }) => <Time at={interval_end} exact /> },
  { title: 'State', cell: ({ state }) => <StatusBadge status={state} /> },
  { title: 'What happens', cell: (gap) => <NextStep gap={gap} /> },
];

/** When it is tried again, and what somebody can do. */
function NextStep({ gap: { run, next_try_at } }: { gap: Gap }): ReactNode {
  const remedy = run?.remedy ?? null;
  if (next_try_at === null) {
    return remedy ?? 'Nothing; use “Run now”.';
  }
  return (
    <Stack gap={4}>
      <Time at={next_try_at} exact />
      {remedy !== null && (
        <Text size="xs" c="dimmed" maw={480}>
          {remedy}
        </Text>
      )}
    </Stack>
  );
}

function Late({ exportId }: { exportId: string }): ReactNode {
  const api = useApi();
  const list = usePages<LateData>({
    key: ['export', exportId, 'late-data'],
    read: (query) => answer(api.GET('/api/v1/exports/{id}/late-data', { params: { path: { id: exportId }, query } })),
  });
  return (
    <SectionCard title="Rows that came late">
      <DataTable
        label="Late data"
        list={list}
        columns={LATE_COLUMNS}
        rowKey={({ id }) => id}
        empty={
          <Text size="sm" c="dimmed">
            None: nothing has become visible after its interval was exported.
          </Text>
        }
      />
    </SectionCard>
  );
}

const LATE_COLUMNS: readonly Column<LateData>[] = [
  { title: 'Interval until', cell: ({ interval_end }) => <Time at={interval_end} exact /> },
  { title: 'Rows', cell: ({ rows }) => count(rows), align: 'right' },
  { title: 'Found', cell: ({ found_at }) => <Time at={found_at} /> },
  { title: 'Loaded', cell: ({ loaded_at }) => (loaded_at === null ? 'not yet' : <Time at={loaded_at} />) },
];

function Reconciliations({ exportId }: { exportId: string }): ReactNode {
  const api = useApi();
  const list = usePages<Reconciliation>({
    key: ['export', exportId, 'reconciliations'],
    read: (query) =>
      answer(api.GET('/api/v1/exports/{id}/reconciliations', { params: { path: { id: exportId }, query } })),
    refreshMs: 5_000,
  });
  return (
    <SectionCard title="Comparisons" actions={<Reconcile exportId={exportId} />}>
      <DataTable
        label="Comparisons"
        list={list}
        columns={RECONCILIATION_COLUMNS}
        rowKey={({ id }) => id}
        empty={
          <Text size="sm" c="dimmed">
            Sluice compares what it exported with the source all the time and lists here what differed. You can have any
            range compared.
          </Text>
        }
      />
    </SectionCard>
  );
}

const RECONCILIATION_COLUMNS: readonly Column<Reconciliation>[] = [
  { title: 'Started', cell: ({ started_at }) => <Time at={started_at} /> },
  { title: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { title: 'Compared', cell: ({ intervals_compared: compared }) => count(compared), align: 'right' },
  { title: 'Differing', cell: ({ intervals_differing: differing }) => count(differing), align: 'right' },
  { title: 'Repaired', cell: ({ intervals_repaired: repaired }) => count(repaired), align: 'right' },
  { title: 'Late', cell: ({ rows_late }) => count(rows_late), align: 'right', wide: true },
  { title: 'Lost', cell: ({ rows_lost }) => count(rows_lost), align: 'right', wide: true },
  { title: 'Too many', cell: ({ rows_surplus }) => count(rows_surplus), align: 'right', wide: true },
];
