import { Anchor, SimpleGrid, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { Figure } from '../../parts/figure.tsx';
import { bytes, count } from '../../parts/format.ts';
import { Page } from '../../parts/page.tsx';
import { Pending } from '../../parts/pending.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { TemporalLink } from '../../parts/temporal-link.tsx';
import { Time, ZoneNote } from '../../parts/time.tsx';
import { isOpen, useExport, useRun, type Run } from './data.ts';
import { ABOVE_EXPORTS } from './export-page.tsx';
import { KeptNote } from './replace-kept.tsx';
import { RunActions } from './run-actions.tsx';
import { RunError } from './run-error.tsx';
import { RunFiles } from './run-files.tsx';
import { RunLog } from './run-log.tsx';
import { RunNeighbours } from './run-neighbours.tsx';
import { RunSteps } from './run-steps.tsx';
import { tookOf } from './runs-tab.tsx';

export function RunPage(): ReactNode {
  const { id = '', runId = '' } = useParams();
  const detail = useExport(id).data;
  const { data: run, error } = useRun(runId);
  const above = [...ABOVE_EXPORTS, { to: `/exports/${id}`, label: detail?.name ?? 'Export' }];
  return (
    <Page
      title="Run"
      above={above}
      badge={run && <StatusBadge status={run.status} />}
      subtitle={run && <Interval run={run} />}
      actions={
        <>
          <RunNeighbours exportId={id} run={run} />
          {run && <RunActions key={run.id} run={run} />}
        </>
      }
    >
      {run === undefined ? (
        <Pending error={error} />
      ) : (
        <Story run={run} hasFiles={detail !== undefined && detail.format !== null} />
      )}
    </Page>
  );
}

function Interval({ run }: { run: Run }): ReactNode {
  return (
    <>
      <Time at={run.interval_start} exact /> – <Time at={run.interval_end} exact /> ·{' '}
      <TemporalLink workflowId={run.workflow_id} />
    </>
  );
}

function Story({ run, hasFiles }: { run: Run; hasFiles: boolean }): ReactNode {
  return (
    <Stack>
      {run.error !== null && <RunError error={run.error} />}
      {run.kept && <KeptNote run={run} />}
      <Figures run={run} />
      {Object.keys(run.timings).length > 0 && (
        <SectionCard title="Steps">
          <RunSteps timings={run.timings} />
        </SectionCard>
      )}
      {run.status === 'completed' && hasFiles && <RunFiles run={run} />}
      <SectionCard title="Log">
        <RunLog runId={run.id} open={isOpen(run)} />
      </SectionCard>
      <ZoneNote />
    </Stack>
  );
}

function Figures({ run }: { run: Run }): ReactNode {
  const repeated = run.generation > 0 ? ', run again' : '';
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }}>
      <Figure label="Rows" value={count(run.rows)} hint={`${count(run.rows_in)} at the source`} />
      <Figure
        label="Set aside"
        value={count(run.records_failed)}
        hint={run.records_failed > 0 ? <SetAside exportId={run.export_id} /> : ' '}
      />
      <Figure label="Size" value={bytes(run.bytes)} hint={run.files === 1 ? '1 file' : `${count(run.files)} files`} />
      <Figure
        label="Took"
        value={isOpen(run) ? 'running' : tookOf(run)}
        hint={
          <>
            {run.trigger.replaceAll('_', ' ')}
            {repeated}, <Time at={run.started_at} />
          </>
        }
      />
    </SimpleGrid>
  );
}

function SetAside({ exportId }: { exportId: string }): ReactNode {
  return (
    <Anchor component={Link} to={`/exports/${exportId}/completeness`} inherit underline="always">
      The destination cannot hold them.
    </Anchor>
  );
}
