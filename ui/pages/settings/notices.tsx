import { Anchor, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { answer, type Schemas } from '../../../api-client/index.ts';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { useApi } from '../../session/session.tsx';
import { pathInConsole } from './path-in-console.ts';

type Notice = Schemas['Notification'];

const REFRESH_MS = 15_000;

/** What the team was told, each with the page that it is about, and whether every channel has taken it. */
export function Notices({ channels }: { channels: ReadonlyMap<string, string> }): ReactNode {
  const api = useApi();
  const list = usePages<Notice>({
    key: ['notifications'],
    read: (query) => answer(api.GET('/api/v1/notifications', { params: { query } })),
    pageSize: 10,
    refreshMs: REFRESH_MS,
  });
  const columns: readonly Column<Notice>[] = [
    { title: 'When', cell: ({ created_at: at }) => <Time at={at} /> },
    { title: 'What', cell: (notice) => <What notice={notice} /> },
    { title: 'Told', cell: ({ sends }) => <Told sends={sends} channels={channels} /> },
  ];
  return (
    <DataTable
      label="What was told"
      list={list}
      columns={columns}
      rowKey={({ id }) => id}
      empty={
        <Text size="sm" c="dimmed">
          Nothing in the last 90 days.
        </Text>
      }
    />
  );
}

function What({ notice: { title, text, console_path: path } }: { notice: Notice }): ReactNode {
  const page = pathInConsole(path);
  return (
    <Stack gap={0} maw={560}>
      {page === undefined ? (
        <Text size="sm">{title}</Text>
      ) : (
        <Anchor component={Link} to={page} size="sm" className="break-anywhere">
          {title}
        </Anchor>
      )}
      <Text size="xs" c="dimmed" lineClamp={3} className="break-anywhere">
        {text}
      </Text>
    </Stack>
  );
}

/** A channel that was removed has no name any more. */
function Told({ sends, channels }: { sends: Notice['sends']; channels: ReadonlyMap<string, string> }): ReactNode {
  if (sends.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        no channel
      </Text>
    );
  }
  return (
    <Stack gap={4}>
      {sends.map(({ channel_id: id, status, error }) => (
        <div key={id}>
          <Group gap={6}>
            <StatusBadge status={status} />
            <Text size="sm">{channels.get(id) ?? 'a channel that was removed'}</Text>
          </Group>
          {error !== null && status !== 'sent' && (
            <Text size="xs" c="dimmed" maw={280} lineClamp={2}>
              {error.message}
            </Text>
          )}
        </div>
      ))}
    </Stack>
  );
}
