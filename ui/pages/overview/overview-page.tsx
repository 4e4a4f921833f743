import { Button, Group, SimpleGrid, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { answer, type Schemas } from '../../../api-client/index.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Page } from '../../parts/page.tsx';
import { Pending } from '../../parts/pending.tsx';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { useApi, useCan } from '../../session/session.tsx';
import { NewWebhookButton } from '../webhooks/webhooks-page.tsx';
import { Attention } from './attention.tsx';
import { DestinationCards } from './destination-cards.tsx';
import { Sources } from './sources.tsx';
import { TotalFigures } from './totals.tsx';

type Overview = Schemas['Overview'];

const REFRESH_MS = 10_000;

/** Sources on the left, destinations on the right, and above them what needs somebody. */
export function OverviewPage(): ReactNode {
  const api = useApi();
  const { data, error } = useQuery({
    queryKey: ['overview'],
    queryFn: () => answer(api.GET('/api/v1/overview')),
    refetchInterval: REFRESH_MS,
  });
  return (
    <Page title="Overview" subtitle="Where events come from, where they go, and whether they arrive.">
      {data === undefined ? <Pending error={error} /> : <Shown overview={data} error={error} />}
    </Page>
  );
}

function Shown({ overview, error }: { overview: Overview; error: Error | null }): ReactNode {
  return (
    <>
      {error !== null && <ProblemAlert error={error} />}
      {overview.destinations.length === 0 ? <Beginning overview={overview} /> : <Picture overview={overview} />}
    </>
  );
}

function Picture({ overview }: { overview: Overview }): ReactNode {
  return (
    <>
      <TotalFigures overview={overview} />
      <Attention overview={overview} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Sources sources={overview.sources} now={overview.generated_at} />
        <Stack gap="lg">
          <DestinationCards title="Webhooks" product="webhook" overview={overview} />
          <DestinationCards title="Batch exports" product="export" overview={overview} />
        </Stack>
      </SimpleGrid>
    </>
  );
}

/** What to do first, and whether events come in. */
function Beginning({ overview: { sources, generated_at: now } }: { overview: Overview }): ReactNode {
  return (
    <>
      <FirstSteps />
      <Sources sources={sources} now={now} />
    </>
  );
}

function FirstSteps(): ReactNode {
  const mayWrite = useCan('write');
  return (
    <EmptyState
      title="Send events somewhere"
      text="Webhooks send each event to an address within seconds. Batch exports load new rows into a store or a warehouse on a schedule. Both lose nothing while the other side is away."
    >
      <Group justify="center">
        <NewWebhookButton />
        {mayWrite && (
          <Button component={Link} to="/exports/new" variant="default">
            New export
          </Button>
        )}
      </Group>
    </EmptyState>
  );
}
