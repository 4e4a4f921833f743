import { Anchor, Group, Select, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { answer } from '../../../api-client/index.ts';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { bytes, count, duration } from '../../parts/format.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { TemporalHistory } from '../../parts/temporal-history.tsx';
import { Time, ZoneNote } from '../../parts/time.tsx';
import { useListFilter } from '../../parts/use-list-filter.ts';
import { usePages } from '../../parts/use-pages.ts';
import { useApi } from '../../session/session.tsx';
import type { ExportDetail, Run } from './data.ts';
import { RunsChart } from './runs-chart.tsx';

const REFRESH_MS = 5_000;

/** As the address says it. */
const OUTCOMES: readonly { value: string; label: string; statuses: readonly Run['status'][] }[] = [
  { value: 'open', label: 'Running', statuses: ['starting', 'running'] },
  { value: 'completed', label: 'Completed', statuses: ['completed'] },
  {
    value: 'wrong',
    label: 'Went wrong',
    statuses: ['failed', 'failed_retryable', 'timed_out', 'terminated', 'over_quota'],
  },
  { value: 'ended', label: 'Cancelled or skipped', statuses: ['cancelled', 'skipped'] },
];

export function RunsTab({ detail }: { detail: ExportDetail }): ReactNode {
  const exportId = detail.id;
  const api = useApi();
  const filter = useListFilter(['outcome']);
  const only = OUTCOMES.find(({ value }) => value === filter.valueOf('outcome'));
  const asked = only === undefined ? {} : { status: only.statuses.join(',') };
  const list = usePages<Run>({
    key: ['export', exportId, 'runs', asked],
    read: (query) =>
      answer(
        api.GET('/api/v1/exports/{id}/runs', { params: { path: { id: exportId }, query: { ...query, ...asked } } }),
      ),
    refreshMs: REFRESH_MS,
    keepShown: true,
  });
  return (
    <Stack>
      <RunsChart exportId={exportId} />
      <Group>
        <Select
          aria-label="Runs that are shown"
          placeholder="All runs"
          clearable
          w={170}
          data={OUTCOMES.map(({ value, label }) => ({ value, label }))}
          value={only?.value ?? null}
          onChange={(value) => {
            filter.set('outcome', value ?? '');
          }}
        />
      </Group>
      <DataTable
        label="Runs"
        list={list}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        empty={
          only === undefined ? (
            <EmptyState
              title="No runs yet"
              text="The first run starts when the first interval has ended. “Run now” exports the last interval that has."
            />
          ) : (
            <Text size="sm" c="dimmed">
              No run is like that.
            </Text>
          )
        }
      />
      <ZoneNote />
      <TemporalHistory id={detail.destination_id} />
    </Stack>
  );
}

const COLUMNS: readonly Column<Run>[] = [
  { title: 'Interval until', cell: (run) => <IntervalCell run={run} /> },
  { title: 'Status', cell: (run) => <StatusCell run={run} /> },
  { title: 'Rows', cell: ({ rows }) => count(rows), align: 'right' },
  { title: 'Size', cell: (run) => bytes(run.bytes), align: 'right', wide: true },
  { title: 'Took', cell: tookOf, align: 'right', wide: true },
  { title: 'Started by', cell: ({ trigger }) => trigger.replaceAll('_', ' '), wide: true },
];

function IntervalCell({ run }: { run: Run }): ReactNode {
  return (
    <Anchor component={Link} to={`/exports/${run.export_id}/runs/${run.id}`} size="sm">
      <Time at={run.interval_end} exact />
    </Anchor>
  );
}

function StatusCell({ run: { status, error } }: { run: Run }): ReactNode {
  return (
    <Stack gap={4} align="flex-start">
      <StatusBadge status={status} />
      {error !== null && (
        <Text size="xs" c="dimmed" maw={360} lineClamp={2}>
          {error.remedy ?? error.message}
        </Text>
      )}
    </Stack>
  );
}

/** How long a run took; nothing while it is open. */
export function tookOf({ started_at, finished_at }: Run): string {
  return finished_at === null ? '' : duration(new Date(finished_at).getTime() - new Date(started_at).getTime());
}
