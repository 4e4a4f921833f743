import { Button, Group, Stack, Text } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { answer, type Schemas } from '../../../api-client/index.ts';
import { useOptimistic, usePending } from '../../edits/use-optimistic.ts';
import { withRow, type ShownPages } from '../../edits/with-row.ts';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { count } from '../../parts/format.ts';
import { LabelledProgress } from '../../parts/labelled-progress.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { TemporalLink } from '../../parts/temporal-link.tsx';
import { Time } from '../../parts/time.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { useApi, useCan } from '../../session/session.tsx';
import { CancelReplay } from './cancel-replay.tsx';
import { LIVE_MS, webhookKey } from './queries.ts';
import { ReplayWizard } from './replay-wizard.tsx';
import { useThisWebhook } from './webhook-page.tsx';

type Replay = Schemas['Replay'];

const replaysKey = (webhookId: string): readonly string[] => [...webhookKey(webhookId), 'replays'];
const replayMark = (id: string): readonly string[] => ['replay', id];

const SCOPES: Readonly<Record<Replay['scope'], string>> = {
  event: 'Named events',
  failed: 'What failed',
  matched: 'Everything the filter takes',
};

const COLUMNS: readonly Column<Replay>[] = [
  { title: 'Replay', cell: (replay) => <What replay={replay} /> },
  { title: 'Progress', cell: (replay) => <ProgressCell replay={replay} /> },
  { title: 'Events', cell: (replay) => <Counts replay={replay} />, wide: true },
  { title: '', cell: (replay) => <Steering replay={replay} />, align: 'right' },
];

/** Events that were sent again, or are being sent. */
export function ReplaysTab(): ReactNode {
  const { id } = useThisWebhook();
  const api = useApi();
  const list = usePages({
    key: replaysKey(id),
    refreshMs: LIVE_MS,
    read: (query) => answer(api.GET('/api/v1/webhooks/{id}/replays', { params: { path: { id }, query } })),
  });
  const wizard = useCan('write') ? <ReplayWizard webhookId={id} /> : null;
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" c="dimmed" maw={640}>
          A replay sends events again, with the ids of their first delivery, at low priority. Live events go first.
        </Text>
        {(list.items?.length ?? 0) > 0 && wizard}
      </Group>
      <DataTable
        label="Replays"
        list={list}
        columns={COLUMNS}
        rowKey={({ id: key }) => key}
        empty={
          <EmptyState
            title="Nothing was replayed yet"
            text="After an outage at your side: send again what failed, or everything of a time."
          >
            {wizard}
          </EmptyState>
        }
      />
    </Stack>
  );
}

function What({ replay }: { replay: Replay }): ReactNode {
  return (
    <div>
      <Text size="sm" fw={600}>
        {SCOPES[replay.scope]}
      </Text>
      <Text size="xs" c="dimmed" component="div">
        <Time at={replay.created_at} /> · <TemporalLink workflowId={replay.workflow_id} label="Temporal" />
      </Text>
    </div>
  );
}

function ProgressCell({ replay: { id, percent, eta_seconds: eta, status } }: { replay: Replay }): ReactNode {
  const pending = usePending(replayMark(id));
  return (
    <Stack gap={4} miw={120}>
      <div>
        <StatusBadge status={status} pending={pending} />
      </div>
      <LabelledProgress
        label="Progress of the replay"
        percent={percent}
        etaSeconds={eta}
        active={status === 'running'}
      />
    </Stack>
  );
}

function Counts({ replay: { delivered, failed, skipped, planned, ...replay } }: { replay: Replay }): ReactNode {
  return (
    <Text size="sm">
      {count(delivered)} of {replay.planned_is_minimum ? 'at least' : 'about'} {count(planned)} delivered
      {failed > 0 ? `, ${count(failed)} failed` : ''}
      {skipped > 0 ? `, ${count(skipped)} skipped` : ''}
    </Text>
  );
}

const STEERING = {
  pause: { label: 'Pause', icon: IconPlayerPause, path: '/api/v1/replays/{id}/pause', then: 'paused' },
  resume: { label: 'Resume', icon: IconPlayerPlay, path: '/api/v1/replays/{id}/resume', then: 'running' },
} as const;

function Steering({ replay: { id, status, webhook_id: webhookId } }: { replay: Replay }): ReactNode {
  const api = useApi();
  const steer = useOptimistic({
    key: replaysKey(webhookId),
    mark: replayMark(id),
    expected: (shown: ShownPages<Replay>, step: keyof typeof STEERING) =>
      withRow(shown, id, { status: STEERING[step].then }),
    send: (step) => answer(api.POST(STEERING[step].path, { params: { path: { id } } })),
    refused: 'The replay is as it was',
    also: [webhookKey(webhookId)],
  });
  const open = status === 'running' || status === 'paused';
  if (!useCan('write') || !open) {
    return null;
  }
  const step = status === 'running' ? 'pause' : 'resume';
  const { label, icon: Icon } = STEERING[step];
  return (
    <Group gap="xs" justify="flex-end">
      <Button
        size="xs"
        variant="default"
        leftSection={<Icon size={14} />}
        aria-busy={steer.isPending}
        onClick={() => {
          if (!steer.isPending) {
            steer.mutate(step);
          }
        }}
      >
        {label}
      </Button>
      <CancelReplay id={id} webhookId={webhookId} />
    </Group>
  );
}
