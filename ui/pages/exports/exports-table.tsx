import { Anchor, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Sparkline } from '../../charts/sparkline.tsx';
import { DataTable, type Column, type ListState } from '../../parts/data-table.tsx';
import { healthLabel } from '../../parts/health-label.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import type { ExportItem } from './data.ts';
import { intervalLabel } from './intervals.ts';

/** Exports with how each does. */
export function ExportsTable({ list, empty }: { list: ListState<ExportItem>; empty: ReactNode }): ReactNode {
  return <DataTable label="Exports" list={list} columns={COLUMNS} rowKey={({ id }) => id} empty={empty} />;
}

const COLUMNS: readonly Column<ExportItem>[] = [
  { title: 'Name', cell: (row) => <NameCell row={row} /> },
  { title: 'Health', cell: (row) => <HealthCell row={row} /> },
  { title: 'Schedule', cell: ({ interval }) => intervalLabel(interval), wide: true },
  { title: 'Last run', cell: (row) => <LastRunCell row={row} /> },
  { title: 'Rows per run', cell: ({ name, summary }) => <RowsCell name={name} summary={summary} />, wide: true },
];

function NameCell({ row }: { row: ExportItem }): ReactNode {
  const destination = row.summary?.destination;
  return (
    <Stack gap={0}>
      <Anchor component={Link} to={`/exports/${row.id}`} fw={600} className="break-anywhere">
        {row.name}
      </Anchor>
      <Text size="xs" c="dimmed">
        {destination === undefined ? ' ' : `${destination.name} · ${destination.kind}`}
      </Text>
    </Stack>
  );
}

/** As the filter of the list has it. An export that Sluice has paused says why, and what to do. */
function HealthCell({ row }: { row: ExportItem }): ReactNode {
  const reason = row.pause_reason;
  return (
    <Stack gap={4} align="flex-start">
      {row.summary !== null && (
        <StatusBadge status={row.summary.health} label={healthLabel({ ...row.summary, interval: row.interval })} />
      )}
      {reason !== null && (
        <Text size="xs" c="dimmed" maw={320} lineClamp={2}>
          {reason.remedy ?? reason.message}
        </Text>
      )}
    </Stack>
  );
}

type Summary = ExportItem['summary'];

/** Its error is the reason of a pause too: that says it already. */
function LastRunCell({ row: { summary, pause_reason: reason } }: { row: ExportItem }): ReactNode {
  const last = summary?.last_run;
  if (!last) {
    return (
      <Text size="sm" c="dimmed">
        none yet
      </Text>
    );
  }
  return (
    <Stack gap={4} align="flex-start">
      <StatusBadge status={last.status} />
      <Text size="xs" c="dimmed" lineClamp={2} maw={280}>
        {last.error === null || reason !== null ? (
          <Time at={last.started_at} />
        ) : (
          (last.error.remedy ?? last.error.message)
        )}
      </Text>
    </Stack>
  );
}

function RowsCell({ name, summary }: { name: string; summary: Summary }): ReactNode {
  const rows = summary?.trend ?? [];
  return rows.length < 2 ? null : <Sparkline label={`Rows per run of ${name}`} values={rows} />;
}
