import { Anchor, Group, List, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../../../api-client/index.ts';
import { Figure } from '../../parts/figure.tsx';
import { count } from '../../parts/format.ts';
import { Note } from '../../parts/note.tsx';
import { Time } from '../../parts/time.tsx';
import { DifferenceTable } from '../../parts/difference-table.tsx';

type Simulation = Schemas['WebhookSimulation'];
type Event = Simulation['begins']['events'][number];

/** What a change would do: which events begin or cease to match, and what becomes of requests. */
export function SimulationView({ simulation }: { simulation: Simulation }): ReactNode {
  const { captured, matched_before: before, matched_after: after, payloads } = simulation;
  return (
    <Stack role="status" aria-label="Simulation">
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        <Figure label="Captured" value={count(captured)} hint="in that time" />
        <Figure label="Match now" value={count(before)} hint="of those compared" />
        <Figure label="Would match" value={count(after)} hint="of those compared" />
        <Figure label="Other bodies" value={count(payloads.changed)} hint={`of ${count(payloads.compared)}`} />
      </SimpleGrid>
      <Verdict simulation={simulation} />
      <Events title="Would be sent too" list={simulation.begins} />
      <Events title="Would not be sent any more" list={simulation.ceases} />
      {simulation.request.length > 0 && (
        <Part title="Requests">
          <DifferenceTable
            label="Requests"
            rows={simulation.request.map(({ part, ...values }) => ({ name: part, ...values }))}
          />
        </Part>
      )}
      <Bodies payloads={payloads} />
    </Stack>
  );
}

function Verdict({ simulation }: { simulation: Simulation }): ReactNode {
  const { begins, ceases, request, payloads, failed, matched_before: before, matched_after: after } = simulation;
  if (failed.count > 0) {
    return (
      <Note tone="bad" title={`${count(failed.count)} events cannot be made into a request`}>
        <List size="sm">
          {failed.examples.map(({ uuid, event, message }) => (
            <List.Item key={uuid}>
              {event}: {message}
            </List.Item>
          ))}
        </List>
      </Note>
    );
  }
  if (before + after === 0) {
    return <Note tone="idle" title="No event of that time matches, before or after" />;
  }
  const changes = begins.count + ceases.count + request.length + payloads.changed;
  return changes === 0 ? <Note tone="idle" title="Nothing would be different" /> : null;
}

function Events({ title, list }: { title: string; list: Simulation['begins'] }): ReactNode {
  return list.count === 0 ? null : (
    <Part title={`${title}: ${count(list.count)}`}>
      <List size="sm">
        {list.events.map((event) => (
          <List.Item key={event.uuid}>
            <EventLine event={event} />
          </List.Item>
        ))}
      </List>
      {list.count > list.events.length && (
        <Text size="xs" c="dimmed">
          The newest {count(list.events.length)} are shown.
        </Text>
      )}
    </Part>
  );
}

function Bodies({ payloads }: { payloads: Simulation['payloads'] }): ReactNode {
  return payloads.examples.length === 0 ? null : (
    <Part title="Bodies">
      {payloads.examples.map(({ differences, ...event }) => (
        <Stack key={event.uuid} gap={4}>
          <EventLine event={event} />
          <DifferenceTable
            label={`Body of ${event.uuid}`}
            rows={differences.map(({ path, before, after }) => ({ name: path === '' ? 'whole' : path, before, after }))}
          />
        </Stack>
      ))}
    </Part>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">
        {title}
      </Title>
      {children}
    </Stack>
  );
}

function EventLine({ event: { uuid, event, distinct_id: person, inserted_at: at } }: { event: Event }): ReactNode {
  return (
    <Group gap="xs">
      <Anchor component={Link} to={`/events/${uuid}`} size="sm" className="tap break-anywhere">
        {event}
      </Anchor>
      <Text size="sm" c="dimmed" component="div" className="break-anywhere">
        {person}, <Time at={at} />
      </Text>
    </Group>
  );
}
