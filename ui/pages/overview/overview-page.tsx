import { Anchor, Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { answer } from '../../../api-client/index.ts';
import { Copyable } from '../../parts/copyable.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Page } from '../../parts/page.tsx';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { useApi, useCan } from '../../session/session.tsx';
import { NewWebhookButton } from '../webhooks/webhooks-page.tsx';
import { Attention } from './attention.tsx';
import { ExportLine, WebhookLine } from './destination-lines.tsx';

const REFRESH_MS = 10_000;
const SHOWN = { limit: '20' };

/** Sources on the left, destinations on the right, and above them what needs somebody. */
export function OverviewPage(): ReactNode {
  const api = useApi();
  const webhooks = useQuery({
    queryKey: ['webhooks', 'overview'],
    queryFn: () => answer(api.GET('/api/v1/webhooks', { params: { query: SHOWN } })),
    refetchInterval: REFRESH_MS,
  });
  const exports = useQuery({
    queryKey: ['exports', 'overview'],
    queryFn: () => answer(api.GET('/api/v1/exports', { params: { query: SHOWN } })),
    refetchInterval: REFRESH_MS,
  });
  const error = webhooks.error ?? exports.error;
  const hooks = webhooks.data?.items ?? [];
  const batches = exports.data?.items ?? [];
  const nothing = webhooks.isSuccess && exports.isSuccess && hooks.length + batches.length === 0;
  return (
    <Page title="Overview" subtitle="Where events come from, where they go, and whether they arrive.">
      {error && <ProblemAlert error={error} />}
      {nothing ? (
        <FirstSteps />
      ) : (
        <>
          <Attention webhooks={hooks} exports={batches} />
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
            <Sources />
            <Stack gap="lg">
              <SectionCard title="Webhooks" actions={<All to="/webhooks" />}>
                {hooks.map((webhook) => (
                  <WebhookLine key={webhook.id} webhook={webhook} />
                ))}
                {hooks.length === 0 && <None what="webhooks" />}
              </SectionCard>
              <SectionCard title="Batch exports" actions={<All to="/exports" />}>
                {batches.map((batch) => (
                  <ExportLine key={batch.id} batch={batch} />
                ))}
                {batches.length === 0 && <None what="batch exports" />}
              </SectionCard>
            </Stack>
          </SimpleGrid>
        </>
      )}
    </Page>
  );
}

function All({ to }: { to: string }): ReactNode {
  return (
    <Anchor component={Link} to={to} size="sm">
      All
    </Anchor>
  );
}

function None({ what }: { what: string }): ReactNode {
  return (
    <Text size="sm" c="dimmed">
      No {what} yet.
    </Text>
  );
}

function Sources(): ReactNode {
  return (
    <SectionCard title="Sources">
      <Text size="sm">
        Events come in over PostHog&apos;s HTTP protocol. Any of its SDKs sends them, with this host and the capture
        token of the team.
      </Text>
      <Copyable text={window.location.origin} label="Copy the host" />
      <Text size="sm" c="dimmed">
        A request is answered when its events are stored. From then on each destination takes them at its own speed: one
        that is away holds up no other.
      </Text>
    </SectionCard>
  );
}

function FirstSteps(): ReactNode {
  const mayWrite = useCan('write');
  return (
    <EmptyState
      title="Send events somewhere"
      text="Webhooks send each event to an address within seconds. Batch exports load a table's new rows into a store or a warehouse on a schedule. Both lose nothing while the other side is away."
    >
      <Group>
        <NewWebhookButton />
        {mayWrite && (
          <Button component={Link} to="/exports" variant="default">
            Batch exports
          </Button>
        )}
      </Group>
    </EmptyState>
  );
}
