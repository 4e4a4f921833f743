import { Button, Group, Select, SimpleGrid, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useParams } from 'react-router';
import { answer } from '../../../api-client/index.ts';
import { useOptimistic, usePending } from '../../edits/use-optimistic.ts';
import { Figure } from '../../parts/figure.tsx';
import { bytes, count, percent } from '../../parts/format.ts';
import { Note } from '../../parts/note.tsx';
import { Page } from '../../parts/page.tsx';
import { Pending } from '../../parts/pending.tsx';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { TemporalLink } from '../../parts/temporal-link.tsx';
import { Time, ZoneNote } from '../../parts/time.tsx';
import { useApi, useCan } from '../../session/session.tsx';
import { BackfillIntervals, type IntervalStatus } from './backfill-intervals.tsx';
import { BackfillProgress } from './backfills-tab.tsx';
import { CancelBackfill } from './cancel-backfill.tsx';
import { useExport, type Backfill } from './data.ts';
import { ABOVE_EXPORTS } from './export-page.tsx';

const backfillKey = (id: string): readonly string[] => ['backfill', id];

const REFRESH_MS = 2_000;
const FINISHED = new Set(['completed', 'cancelled']);

export function BackfillPage(): ReactNode {
  const { id = '', backfillId = '' } = useParams();
  const api = useApi();
  const { data, error } = useQuery({
    queryKey: backfillKey(backfillId),
    queryFn: () => answer(api.GET('/api/v1/backfills/{id}', { params: { path: { id: backfillId } } })),
    refetchInterval: ({ state }) => (FINISHED.has(state.data?.status ?? '') ? false : REFRESH_MS),
  });
  const pending = usePending(backfillKey(backfillId));
  const name = useExport(id).data?.name;
  const above = [
    ...ABOVE_EXPORTS,
    { to: `/exports/${id}`, label: name ?? 'Export' },
    { to: `/exports/${id}/backfills`, label: 'Backfills' },
  ];
  if (data === undefined) {
    return (
      <Page title="Backfill" above={above}>
        <Pending error={error} />
      </Page>
    );
  }
  return (
    <Page
      title="Backfill"
      above={above}
      badge={<StatusBadge status={data.status} pending={pending} />}
      subtitle={
        <>
          <Time at={data.range_start} exact /> – <Time at={data.range_end} exact />, {data.order} first, {data.parallel}{' '}
          at a time · <TemporalLink workflowId={data.workflow_id} />
        </>
      }
      actions={<Actions backfill={data} />}
    >
      <Stack>
        {data.reason !== null && <Note tone="warn" title={data.reason} />}
        <BackfillProgress backfill={data} />
        <Figures backfill={data} />
        <Intervals backfill={data} />
        <ZoneNote />
      </Stack>
    </Page>
  );
}

function Figures({ backfill: { progress, throttle } }: { backfill: Backfill }): ReactNode {
  const { completed, skipped, empty, intervals, running, pending, failed } = progress;
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }}>
      <Figure
        label="Intervals"
        value={`${count(intervals - running - pending)} of ${count(intervals)}`}
        hint={`${count(completed)} exported, ${count(skipped)} skipped, ${count(empty)} empty, ${count(running)} running`}
      />
      <Figure label="Failed" value={count(failed)} hint={failed > 0 ? 'They can be tried again.' : ' '} />
      <Figure label="Rows" value={count(progress.rows)} hint={bytes(progress.bytes)} />
      <Figure
        label="Pace"
        value={throttle === null ? 'full' : percent(throttle.level)}
        hint={throttle?.reason ?? 'It gives way when live work slows down.'}
      />
    </SimpleGrid>
  );
}

const STATUSES = ['pending', 'running', 'completed', 'failed', 'skipped', 'empty', 'cancelled'] as const;

function Intervals({ backfill }: { backfill: Backfill }): ReactNode {
  const [status, setStatus] = useState<IntervalStatus>();
  const filter = (
    <Select
      aria-label="Status"
      placeholder="Every status"
      data={STATUSES}
      clearable
      value={status ?? null}
      onChange={(value) => {
        setStatus(value ?? undefined);
      }}
    />
  );
  return (
    <SectionCard title="Intervals" actions={filter}>
      <BackfillIntervals backfill={backfill} status={status} />
    </SectionCard>
  );
}

const STEERING = {
  pause: { path: '/api/v1/backfills/{id}/pause', then: 'paused' },
  resume: { path: '/api/v1/backfills/{id}/resume', then: 'running' },
} as const;

function Actions({ backfill: { id, status, progress } }: { backfill: Backfill }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const [error, setError] = useState<unknown>();
  const params = { params: { path: { id } } };
  const steer = useOptimistic({
    key: backfillKey(id),
    expected: (backfill: Backfill, step: keyof typeof STEERING): Backfill => {
      return { ...backfill, status: STEERING[step].then };
    },
    send: (step) => answer(api.POST(STEERING[step].path, params)),
  });
  const act = async (call: () => Promise<unknown>): Promise<void> => {
    if (!steer.isPending) {
      setError(undefined);
      await call().catch(setError);
      await queries.invalidateQueries({ queryKey: backfillKey(id) });
    }
  };
  if (!useCan('write')) {
    return null;
  }
  const button = (label: string, call: () => Promise<unknown>): ReactNode => (
    <Button key={label} variant="default" onClick={() => void act(call)}>
      {label}
    </Button>
  );
  return (
    <Stack gap="xs" align="flex-end">
      <Group gap="xs">
        {status === 'running' && button('Pause', () => steer.mutateAsync('pause'))}
        {(status === 'paused' || status === 'failed') && button('Resume', () => steer.mutateAsync('resume'))}
        {progress.failed > 0 &&
          button('Try failed ones again', () => api.POST('/api/v1/backfills/{id}/retry', { ...params, body: {} }))}
        {!FINISHED.has(status) && <CancelBackfill id={id} />}
      </Group>
      {error !== undefined && <ProblemAlert error={error} />}
    </Stack>
  );
}
