import { Group, Loader, Stack, Switch } from '@mantine/core';
import type { ReactNode } from 'react';
import { answer, type Schemas } from '../../../api-client/index.ts';
import { useOptimistic } from '../../edits/use-optimistic.ts';
import { withRow, type ShownPages } from '../../edits/with-row.ts';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { RemoveButton } from '../../parts/remove-button.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { ZoneNote } from '../../parts/time.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { useApi, useCan } from '../../session/session.tsx';
import { ChangeChannel } from './change-channel.tsx';
import { eventLabel } from './channel-events.tsx';
import { KIND_LABELS } from './channel-kinds.ts';
import { NewChannel } from './new-channel.tsx';
import { Notices } from './notices.tsx';
import { TestChannel } from './test-channel.tsx';

export type Channel = Schemas['NotificationChannel'];

const CHANNELS = ['notification-channels'];

/** Whom Sluice tells when something needs attention, and what they were told. */
export function NotificationsTab(): ReactNode {
  const api = useApi();
  const canWrite = useCan('write');
  const list = usePages<Channel>({
    key: CHANNELS,
    read: (query) => answer(api.GET('/api/v1/notification-channels', { params: { query } })),
  });
  return (
    <Stack>
      <SectionCard title="Channels" actions={canWrite ? <NewChannel /> : undefined}>
        <DataTable
          label="Channels"
          list={list}
          columns={canWrite ? [...COLUMNS, ...WRITE_COLUMNS] : COLUMNS}
          rowKey={({ id }) => id}
          empty={
            <EmptyState
              title="Nobody is told yet"
              text="A channel is told when an export or a webhook is paused, fails, recovers, or falls far behind: by e-mail, in Slack, or as a signed request."
            />
          }
        />
      </SectionCard>
      <SectionCard title="What was told">
        <Notices channels={new Map((list.items ?? []).map(({ id, name }) => [id, name]))} />
      </SectionCard>
      <ZoneNote />
    </Stack>
  );
}

const COLUMNS: readonly Column<Channel>[] = [
  { title: 'Name', cell: ({ name }) => name },
  { title: 'Kind', cell: ({ kind }) => KIND_LABELS[kind], wide: true },
  { title: 'Told of', cell: ({ events }) => events?.map(eventLabel).join(', ') ?? 'everything', wide: true },
];

const WRITE_COLUMNS: readonly Column<Channel>[] = [
  { title: 'On', cell: (channel) => <Enabled channel={channel} /> },
  { title: '', cell: (channel) => <Actions channel={channel} />, align: 'right' },
];

/** One below the other where there is little room. */
function Actions({ channel }: { channel: Channel }): ReactNode {
  return (
    <Group gap="xs" justify="flex-end">
      <TestChannel channel={channel} />
      <ChangeChannel channel={channel} />
      <Remove channel={channel} />
    </Group>
  );
}

/** Refused where somebody has changed the channel since it was shown. */
function Enabled({ channel: { id, name, enabled, version } }: { channel: Channel }): ReactNode {
  const api = useApi();
  const change = useOptimistic({
    key: CHANNELS,
    mark: ['notification-channel', id],
    expected: (shown: ShownPages<Channel>, wanted: boolean) => withRow(shown, id, { enabled: wanted }),
    send: (wanted) =>
      api.PATCH('/api/v1/notification-channels/{id}', {
        ...{ params: { path: { id } }, headers: { 'if-match': `"${String(version)}"` } },
        body: { enabled: wanted },
      }),
    refused: `${name} is as it was`,
  });
  return (
    <Switch
      aria-label={`${name} is told`}
      aria-busy={change.isPending}
      checked={enabled}
      {...(change.isPending ? { thumbIcon: <Loader size={10} /> } : {})}
      onChange={(event) => {
        if (!change.isPending) {
          change.mutate(event.currentTarget.checked);
        }
      }}
    />
  );
}

function Remove({ channel: { id, name } }: { channel: Channel }): ReactNode {
  const api = useApi();
  return (
    <RemoveButton
      label={`Remove ${name}`}
      title={`Remove ${name}?`}
      text="It is not told any more."
      forget={['notification-channels']}
      remove={() => api.DELETE('/api/v1/notification-channels/{id}', { params: { path: { id } } })}
    />
  );
}
