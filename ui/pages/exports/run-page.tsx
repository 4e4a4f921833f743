import { Anchor, Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { Confirm } from '../../parts/confirm.tsx';
import { Figure } from '../../parts/figure.tsx';
import { bytes, count } from '../../parts/format.ts';
import { Page } from '../../parts/page.tsx';
import { Pending } from '../../parts/pending.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { TemporalLink } from '../../parts/temporal-link.tsx';
import { Time, ZoneNote } from '../../parts/time.tsx';
import { useApi, useCan } from '../../session/session.tsx';
import { isOpen, useExport, useForgetExport, useRun, type Run } from './data.ts';
import { ABOVE_EXPORTS } from './export-page.tsx';
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
          {run && <Actions key={run.id} run={run} />}
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
      <Figures run={run} />
      {Object.keys(run.timings).length > 0 && (
        <SectionCard title="Steps">
          <RunSteps timings={run.timings} />
        </SectionCard>
      )}
      {run.status === 'completed' && hasFiles && <RunFiles runId={run.id} />}
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

function Actions({ run }: { run: Run }): ReactNode {
  const api = useApi();
  const forget = useForgetExport(run.export_id);
  const [opened, setOpened] = useState(false);
  const open = isOpen(run);
  const params = { params: { path: { id: run.id } } };
  const act = async (): Promise<void> => {
    await (open
      ? api.POST('/api/v1/runs/{id}/cancel', params)
      : api.POST('/api/v1/runs/{id}/retry', { ...params, body: { force: run.status === 'completed' } }));
    await forget();
    notifications.show({ message: open ? 'The run is asked to end.' : 'The interval runs again.' });
  };
  if (!useCan('write')) {
    return null;
  }
  return (
    <Group>
      <Button
        variant="default"
        onClick={() => {
          setOpened(true);
        }}
      >
        {open ? 'Cancel' : 'Run again'}
      </Button>
      <Confirm
        opened={opened}
        onClose={() => {
          setOpened(false);
        }}
        title={open ? 'Cancel the run?' : 'Run the interval again?'}
        action={open ? 'Cancel the run' : 'Run again'}
        danger={open}
        wayBack={open ? 'Let it go on' : 'Cancel'}
        onConfirm={act}
      >
        <Text size="sm">
          {open
            ? 'Nothing half-written stays visible. The interval counts as not exported.'
            : run.status === 'completed'
              ? 'What it exported is replaced.'
              : 'With the settings as they are now.'}
        </Text>
      </Confirm>
    </Group>
  );
}
