import { Grid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useParams } from 'react-router';
import { answer, type Schemas } from '../../../api-client/index.ts';
import { Copyable } from '../../parts/copyable.tsx';
import { Note } from '../../parts/note.tsx';
import { Page } from '../../parts/page.tsx';
import { Pending } from '../../parts/pending.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { toneOf } from '../../parts/statuses.ts';
import { TemporalLink } from '../../parts/temporal-link.tsx';
import { Time } from '../../parts/time.tsx';
import { useApi } from '../../session/session.tsx';
import { AttemptStory } from './attempt-story.tsx';
import { MaskedBy } from './masked-by.tsx';
import { LIVE_MS, useWebhook, webhookKey } from './queries.ts';
import { ReplayOne } from './replay-one.tsx';
import { RetryNow } from './retry-now.tsx';
import { RequestView } from './request-view.tsx';

type Explanation = Schemas['DeliveryExplanation'];

/** In these it is tried again, or would be if somebody asked for it. */
const FAILED: readonly Explanation['state'][] = ['retrying', 'parked', 'given_up'];

/** The whole story of one event at one webhook. */
export function DeliveryPage(): ReactNode {
  const { id = '', uuid = '' } = useParams();
  const api = useApi();
  const webhook = useWebhook(id);
  const story = useQuery({
    queryKey: [...webhookKey(id), 'event', uuid],
    queryFn: () =>
      answer(api.GET('/api/v1/webhooks/{id}/events/{event_id}', { params: { path: { id, event_id: uuid } } })),
    refetchInterval: LIVE_MS,
  });
  const above = [
    { to: '/webhooks', label: 'Webhooks' },
    { to: `/webhooks/${id}/deliveries`, label: webhook.data?.name ?? 'Webhook' },
  ];
  if (story.data === undefined) {
    return (
      <Page title="Delivery" above={above}>
        <Pending error={story.error} />
      </Page>
    );
  }
  const { event, state } = story.data;
  return (
    <Page
      title={event.event}
      above={above}
      badge={<StatusBadge status={state} />}
      subtitle={<Copyable text={event.uuid} label="Copy the uuid" />}
      actions={
        FAILED.includes(state) ? (
          <RetryNow webhookId={id} uuids={[uuid]} label="Retry now" />
        ) : (
          <ReplayOne webhookId={id} uuid={uuid} />
        )
      }
    >
      <Story story={story.data} />
    </Page>
  );
}

function Story({ story }: { story: Explanation }): ReactNode {
  const { state, next, next_attempt_at: nextAt, workflow_id: workflowId } = story;
  return (
    <Stack gap="lg">
      <Note tone={toneOf(state)} title="What happens next">
        <Text size="sm">{next}</Text>
        <MaskedBy uuid={story.masked_by} />
        {nextAt !== null && (
          <Text size="sm">
            Next attempt: <Time at={nextAt} />
          </Text>
        )}
        {workflowId !== null && <TemporalLink workflowId={workflowId} label="Its retries in Temporal" />}
      </Note>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <SectionCard title="Attempts">
            <AttemptStory attempts={story.attempts} />
          </SectionCard>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <SectionCard title="As it would be sent now">
            <EventFacts story={story} />
            <RequestView request={story.request} />
          </SectionCard>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

function EventFacts({ story: { event, matched, unmatched_by: by } }: { story: Explanation }): ReactNode {
  return (
    <Text size="sm" component="div">
      Captured <Time at={event.inserted_at} /> from {event.distinct_id}.{' '}
      {matched ? 'The filter takes it.' : `The filter, as it is now, does not take it${by === null ? '' : ` (${by})`}.`}
    </Text>
  );
}
