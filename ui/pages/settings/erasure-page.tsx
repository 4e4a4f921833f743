import { List, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useParams } from 'react-router';
import { answer } from '../../../api-client/index.ts';
import { count } from '../../parts/format.ts';
import { LabelledProgress } from '../../parts/labelled-progress.tsx';
import { Note } from '../../parts/note.tsx';
import { Page } from '../../parts/page.tsx';
import { Pending } from '../../parts/pending.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { toneOf } from '../../parts/statuses.ts';
import { TemporalLink } from '../../parts/temporal-link.tsx';
import { Time, ZoneNote } from '../../parts/time.tsx';
import { useApi, useCan } from '../../session/session.tsx';
import { ERASURE_MEANS, percentOf, PLACES, progressOf, type Erasure, type ErasurePlace } from './erasures.ts';
import { NewErasure } from './new-erasure.tsx';
import { OwnersOnly } from './owners-only.tsx';

const REFRESH_MS = 1_500;
const ABOVE = [{ to: '/settings/erasures', label: 'Erasures' }];

/** One erasure: how far it is, what it removed, what it could not reach. */
export function ErasurePage(): ReactNode {
  const { id = '' } = useParams();
  return useCan('admin') ? (
    <Loaded key={id} id={id} />
  ) : (
    <Page title="Erasure" above={ABOVE}>
      <OwnersOnly />
    </Page>
  );
}

function Loaded({ id }: { id: string }): ReactNode {
  const api = useApi();
  const { data, error } = useQuery({
    queryKey: ['erasures', id],
    queryFn: () => answer(api.GET('/api/v1/erasures/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? REFRESH_MS : false),
  });
  if (data === undefined) {
    return (
      <Page title="Erasure" above={ABOVE}>
        <Pending error={error} />
      </Page>
    );
  }
  return (
    <Page
      title="Erasure"
      above={ABOVE}
      badge={<StatusBadge status={data.status} />}
      subtitle={<Asked erasure={data} />}
      actions={data.status === 'incomplete' || data.status === 'cancelled' ? <NewErasure /> : undefined}
    >
      <Story erasure={data} />
    </Page>
  );
}

function Asked({ erasure }: { erasure: Erasure }): ReactNode {
  return (
    <>
      Asked for by {erasure.requested_by}, <Time at={erasure.created_at} exact /> ·{' '}
      <TemporalLink workflowId={`erasure/${erasure.id}`} />
    </>
  );
}

function Story({ erasure }: { erasure: Erasure }): ReactNode {
  const { title, text } = ERASURE_MEANS[erasure.status];
  return (
    <Stack>
      <Note tone={toneOf(erasure.status)} title={title}>
        <Text size="sm">{text}</Text>
        <When erasure={erasure} />
      </Note>
      {erasure.status === 'running' && (
        <div>
          <LabelledProgress label="Erased" percent={percentOf(erasure)} etaSeconds={null} active />
          <Text size="sm" role="status">
            {progressOf(erasure)}
          </Text>
        </div>
      )}
      <SectionCard title="What was removed">
        <Removed erasure={erasure} />
      </SectionCard>
      <SectionCard title="Copies that stay">
        <List size="sm">
          {erasure.not_erased.map((what) => (
            <List.Item key={what}>{what}</List.Item>
          ))}
        </List>
      </SectionCard>
      <ZoneNote />
    </Stack>
  );
}

function When({ erasure: { events_until: until, finished_at: finished } }: { erasure: Erasure }): ReactNode {
  return (
    <>
      {until !== null && (
        <Text size="sm">
          Events that were captured after <Time at={until} exact /> are not part of it.
        </Text>
      )}
      {finished !== null && (
        <Text size="sm">
          It ended <Time at={finished} exact />.
        </Text>
      )}
    </>
  );
}

function Removed({ erasure: { erased, status } }: { erasure: Erasure }): ReactNode {
  const rows = new Map(erased.map((one) => [one.place, one.rows]));
  return (
    <Table aria-label="What was removed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Place</Table.Th>
          <Table.Th ta="right">Rows</Table.Th>
          <Table.Th visibleFrom="sm">What becomes of them</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {(Object.keys(PLACES) as ErasurePlace[]).map((place) => (
          <Table.Tr key={place}>
            <Table.Th scope="row" fw={500}>
              {PLACES[place].label}
            </Table.Th>
            <Table.Td ta="right">{rowsText(rows.get(place), status)}</Table.Td>
            <Table.Td visibleFrom="sm">{PLACES[place].what}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function rowsText(rows: number | undefined, status: Erasure['status']): string {
  return rows === undefined ? (status === 'running' ? 'not yet' : '–') : count(rows);
}
