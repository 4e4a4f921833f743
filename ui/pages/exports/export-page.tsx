import { Anchor, SimpleGrid, Stack, Tabs } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { usePending } from '../../edits/use-optimistic.ts';
import { duration } from '../../parts/format.ts';
import { Figure } from '../../parts/figure.tsx';
import { Note } from '../../parts/note.tsx';
import { Page, SAME_PAGE } from '../../parts/page.tsx';
import { Pending } from '../../parts/pending.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { TemporalSchedule } from '../../parts/temporal-link.tsx';
import { Time } from '../../parts/time.tsx';
import { AutoPause } from './auto-pause.tsx';
import { BackfillsTab } from './backfills-tab.tsx';
import { CompletenessTab } from './completeness-tab.tsx';
import { exportKey, useDestination, useExport, useRecentRuns, type ExportDetail } from './data.ts';
import { ExportActions } from './export-actions.tsx';
import { scheduleLabel } from './intervals.ts';
import { NextRuns } from './next-runs.tsx';
import { RunsTab } from './runs-tab.tsx';
import { SettingsTab } from './settings-tab.tsx';

const TABS = {
  runs: { label: 'Runs', show: (detail: ExportDetail) => <RunsTab detail={detail} /> },
  backfills: { label: 'Backfills', show: (detail: ExportDetail) => <BackfillsTab detail={detail} /> },
  completeness: { label: 'Completeness', show: (detail: ExportDetail) => <CompletenessTab exportId={detail.id} /> },
  settings: { label: 'Settings', show: (detail: ExportDetail) => <SettingsTab detail={detail} /> },
} as const;
type TabName = keyof typeof TABS;

export const ABOVE_EXPORTS = [{ to: '/exports', label: 'Batch exports' }] as const;

export function ExportPage(): ReactNode {
  const { id = '', tab = 'runs' } = useParams();
  const { data, error } = useExport(id);
  if (data === undefined) {
    return (
      <Page title="Export" above={ABOVE_EXPORTS}>
        <Pending error={error} />
      </Page>
    );
  }
  return <Loaded key={id} detail={data} tab={tab in TABS ? (tab as TabName) : 'runs'} />;
}

function Loaded({ detail, tab }: { detail: ExportDetail; tab: TabName }): ReactNode {
  const navigate = useNavigate();
  const names = Object.keys(TABS) as TabName[];
  return (
    <Page
      title={detail.name}
      part={TABS[tab].label}
      above={ABOVE_EXPORTS}
      badge={<StateBadge detail={detail} />}
      subtitle={<Subtitle detail={detail} />}
      actions={<ExportActions detail={detail} />}
    >
      <Warnings detail={detail} />
      <Figures detail={detail} />
      <Tabs
        value={tab}
        onChange={(value) =>
          void navigate(`/exports/${detail.id}${value === 'runs' ? '' : `/${value ?? ''}`}`, SAME_PAGE)
        }
        keepMounted={false}
      >
        <Tabs.List>
          {names.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {TABS[name].label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab} pt="md">
          {TABS[tab].show(detail)}
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function StateBadge({ detail: { id, paused, paused_by } }: { detail: ExportDetail }): ReactNode {
  const pending = usePending(exportKey(id));
  return <StatusBadge status={paused_by === 'auto' ? 'paused_auto' : paused ? 'paused' : 'active'} pending={pending} />;
}

/** Ids of Schedules are those of `core/ids.ts`. */
function Subtitle({ detail }: { detail: ExportDetail }): ReactNode {
  const destination = useDestination(detail.destination_id).data;
  return (
    <>
      {scheduleLabel(detail)} to{' '}
      <Anchor component={Link} to={`/exports/destinations/${detail.destination_id}`} inherit underline="always">
        {destination === undefined ? 'its destination' : `${destination.name} (${destination.kind})`}
      </Anchor>{' '}
      · <TemporalSchedule scheduleId={`export/${detail.id}`} label="Its Schedule in Temporal" />
    </>
  );
}

function Warnings({ detail }: { detail: ExportDetail }): ReactNode {
  const { pause_reason: reason, warnings } = detail;
  return reason === null && warnings.length === 0 ? null : (
    <Stack gap="xs">
      {reason !== null && <AutoPause detail={detail} reason={reason} />}
      {warnings.map(({ code, message }) => (
        <Note key={code} tone="warn" title={message} />
      ))}
    </Stack>
  );
}

function Figures({ detail }: { detail: ExportDetail }): ReactNode {
  const [last] = useRecentRuns(detail.id).data ?? [];
  const { complete_until, behind_seconds } = detail.completeness;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
      <Figure
        label="Complete until"
        value={<Time at={complete_until} exact />}
        hint={`Everything ingested before is there; ${duration(behind_seconds * 1_000)} behind now.`}
      />
      <Figure
        label="Last run"
        value={last === undefined ? 'none yet' : <StatusBadge status={last.status} />}
        hint={
          last === undefined ? 'The first one starts when the first interval has ended.' : <Time at={last.started_at} />
        }
      />
      <NextRuns exportId={detail.id} paused={detail.paused} />
    </SimpleGrid>
  );
}
