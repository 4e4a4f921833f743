import { Anchor, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import { answer } from '../../../api-client/index.ts';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { count, duration } from '../../parts/format.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { useApi } from '../../session/session.tsx';
import { attemptQuery, spanLabel, type AttemptFilter } from './deliveries-filter.ts';
import { LIVE_MS, webhookKey, type Attempt } from './queries.ts';
import { RetryNow } from './retry-now.tsx';
import { failedEvents } from './retry-story.ts';

export interface AttemptsTableProps {
  webhookId: string;
  filter?: AttemptFilter;
  pageSize?: number;
  /** Only the first page. */
  compact?: boolean;
}

/** Attempts of deliveries, newest first; a row leads to the whole story of its event. */
export function AttemptsTable({
  webhookId,
  filter = {},
  pageSize = 25,
  compact = false,
}: AttemptsTableProps): ReactNode {
  const api = useApi();
  const navigate = useNavigate();
  const { spanMs, ...exact } = filter;
  const list = usePages({
    key: [...webhookKey(webhookId), 'attempts', filter, pageSize],
    pageSize,
    refreshMs: LIVE_MS,
    read: (query) =>
      answer(
        api.GET('/api/v1/webhooks/{id}/attempts', {
          params: { path: { id: webhookId }, query: { ...query, ...attemptQuery(filter) } },
        }),
      ),
  });
  const story = ({ event_uuid: uuid }: Attempt): string => `/webhooks/${webhookId}/events/${uuid}`;
  const failed = compact ? [] : failedEvents(list.items ?? []);
  return (
    <Stack gap="sm">
      {failed.length > 0 && (
        <Group justify="flex-end">
          <RetryNow
            {...{ webhookId, uuids: failed, variant: 'default' }}
            label={failed.length === 1 ? 'Retry the failed one now' : `Retry ${count(failed.length)} failed now`}
          />
        </Group>
      )}
      <DataTable
        label="Delivery attempts"
        list={compact ? { ...list, hasMore: false } : list}
        columns={columns(story, !compact)}
        rowKey={({ event_uuid, attempt, attempted_at }) => `${event_uuid} ${String(attempt)} ${attempted_at}`}
        onOpen={(row) => void navigate(story(row))}
        empty={
          Object.keys(exact).length > 0 ? (
            <Text size="sm" c="dimmed">
              Nothing of that time fits.
            </Text>
          ) : (
            <EmptyState
              title={`Nothing was sent in ${spanMs === undefined ? 'the last 7 days' : spanLabel(spanMs)}`}
              text="As soon as an event comes that the filter takes, each try to deliver it is listed here: when, how long it took, and what the endpoint answered."
            />
          )
        }
      />
    </Stack>
  );
}

function columns(story: (row: Attempt) => string, exact: boolean): readonly Column<Attempt>[] {
  return [
    {
      title: 'When',
      cell: (row) => (
        <Anchor component={Link} to={story(row)} size="sm">
          <Time at={row.attempted_at} exact={exact} />
        </Anchor>
      ),
    },
    { title: 'Outcome', cell: ({ outcome }) => <StatusBadge status={outcome} /> },
    { title: 'Answer', cell: (row) => <AnswerCell attempt={row} /> },
    { title: 'Attempt', cell: ({ attempt, via }) => `${String(attempt)} · ${via}`, wide: true },
    { title: 'Took', cell: ({ duration_ms: ms }) => duration(ms), align: 'right', wide: true },
    { title: 'Since capture', cell: ({ latency_ms: ms }) => duration(ms), align: 'right', wide: true },
  ];
}

function AnswerCell({ attempt: { outcome, status_code: status, error } }: { attempt: Attempt }): ReactNode {
  return (
    <Stack gap={0}>
      <Text size="sm">{status ?? (outcome === 'masked' ? 'not sent' : 'no response')}</Text>
      {error && (
        <Text size="xs" c="dimmed" lineClamp={3} miw={64} maw={320} className="break-anywhere">
          {error.message}
        </Text>
      )}
    </Stack>
  );
}
