import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answer, type paths } from '../../api-client/index.ts';
import { useApi } from '../session/session.tsx';
import { count, duration, percent } from './format.ts';
import { ProblemAlert } from './problem-alert.tsx';
import { SectionCard } from './section-card.tsx';
import { SpanChoice, useSpan } from './span-choice.tsx';
import { spanFrom } from './spans.ts';
import { statusLabel } from './statuses.ts';
import { Time } from './time.tsx';

type Stats = paths['/api/v1/stats/{id}']['get']['responses']['200']['content']['application/json'];

/** Figures of another source by the names they have here: `Success`, `delivered`, `Latency, median`, `Latency, p99`. */
export interface Beside {
  source: string;
  figures: Readonly<Record<string, string>>;
}

interface Props {
  /** Of a destination or a webhook. */
  id: string;
  beside?: Beside;
}

/** What Temporal alone says of the time that the address names. Read when it is asked for: it may take many histories. */
export function TemporalHistory({ id, beside }: Props): ReactNode {
  const api = useApi();
  const span = useSpan();
  const [wanted, setWanted] = useState(false);
  const { data, error, isFetching } = useQuery({
    queryKey: ['history', id, span.value],
    queryFn: () => {
      const query = { from: spanFrom(span, Date.now()) };
      return answer(api.GET('/api/v1/stats/{id}', { params: { path: { id }, query } }));
    },
    enabled: wanted,
    staleTime: Infinity,
  });
  const read = (
    <Button
      variant="default"
      size="xs"
      loading={isFetching}
      onClick={() => {
        setWanted(true);
      }}
    >
      Read it
    </Button>
  );
  return (
    <SectionCard
      title="By Temporal’s history"
      actions={
        <Group gap="xs">
          <SpanChoice label="Time of Temporal’s history" />
          {data === undefined && read}
        </Group>
      }
    >
      {error !== null && <ProblemAlert error={error} />}
      {data === undefined ? (
        <Text size="sm" c="dimmed">
          The last {span.label}, counted from workflows alone: a second opinion that needs no log of ours.
        </Text>
      ) : (
        <Figures stats={data} {...(beside === undefined ? {} : { beside })} />
      )}
    </SectionCard>
  );
}

function Figures({ stats, beside }: { stats: Stats; beside?: Beside }): ReactNode {
  const rows = rowsOf(stats);
  return (
    <Stack gap="xs">
      <Table aria-label="By Temporal’s history">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{stats.of === 'runs' ? 'Runs of all exports into it' : 'Events'}</Table.Th>
            <Table.Th ta="right">Temporal’s history</Table.Th>
            {beside !== undefined && <Table.Th ta="right">{beside.source}</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" fw={500}>
                {name}
              </Table.Th>
              <Table.Td ta="right">{value}</Table.Td>
              {beside !== undefined && <Table.Td ta="right">{beside.figures[name] ?? '–'}</Table.Td>}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="xs" c="dimmed" component="div">
        Since <Time at={stats.from} exact />. History reaches back to <Time at={stats.reaches_back_to} exact />
        {stats.complete ? '' : ', which is later: what ended before is forgotten'}. Latencies and retries are of the
        newest {count(stats.histories_read)} histories; what a worker has not reported yet is missing.
      </Text>
    </Stack>
  );
}

function rowsOf({ outcomes, open, success_rate: rate, retries, latency_ms: latency }: Stats): [string, string][] {
  const ended = Object.entries(outcomes).map(([name, n]): [string, string] => [statusLabel(name), count(n)]);
  const repeated = Object.entries(retries)
    .filter(([times]) => times !== '0')
    .reduce((sum, [, n]) => sum + n, 0);
  const took = latency.end_to_end;
  return [
    ['Success', rate === null ? '–' : percent(rate)],
    ...ended,
    ['Not ended yet', count(open)],
    ['With retries', count(repeated)],
    ['Latency, median', took === null ? '–' : duration(took.p50)],
    ['Latency, p99', took === null ? '–' : duration(took.p99)],
    ['Waited for a worker, p99', latency.queue === null ? '–' : duration(latency.queue.p99)],
  ];
}
