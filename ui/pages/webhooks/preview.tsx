import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { answer, type Schemas } from '../../../api-client/index.ts';
import { Note } from '../../parts/note.tsx';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { Time } from '../../parts/time.tsx';
import { useApi } from '../../session/session.tsx';
import { RequestView } from './request-view.tsx';
import type { newWebhookBody } from './webhook-form.ts';

type Body = ReturnType<typeof newWebhookBody>;
type WebhookPreview = Schemas['WebhookPreview'];

interface Props {
  /** As it would be created. */
  body: Body;
  /** Asked before: false where the form says what is missing. */
  isReady: () => boolean;
}

/** What a webhook would send that does not exist yet: of the newest event that it takes. */
export function Preview({ body: { name, ...rest }, isReady }: Props): ReactNode {
  const api = useApi();
  const wish = JSON.stringify(name === '' ? rest : { name, ...rest });
  const preview = useMutation({
    mutationFn: (asked: string) =>
      answer(api.POST('/api/v1/webhooks/preview', { body: JSON.parse(asked) as Omit<Body, 'name'> })),
  });
  // What was typed since makes another request.
  const isCurrent = preview.variables === wish;
  return (
    <Stack gap="sm" component="section" aria-label="What it would send">
      <Group justify="space-between">
        <Title order={2} size="h4">
          What it would send
        </Title>
        <Button
          variant="default"
          leftSection={<IconEye size={16} />}
          loading={preview.isPending}
          onClick={() => {
            if (isReady()) {
              preview.mutate(wish);
            }
          }}
        >
          Preview
        </Button>
      </Group>
      {isCurrent && preview.error && <ProblemAlert error={preview.error} />}
      {isCurrent && preview.data ? (
        <PreviewView preview={preview.data} />
      ) : (
        <Text size="sm" c="dimmed">
          The newest captured event that this webhook takes, as the request that it would make. Nothing is sent.
        </Text>
      )}
    </Stack>
  );
}

const BECAUSE: Readonly<Record<NonNullable<WebhookPreview['example_because']>, string>> = {
  none_matches: 'No event of the last 7 days is taken by the filter.',
  search_timeout: 'The events of the last 7 days could not be searched in time. Names of events make it quicker.',
  takes_no_events: 'It takes no events.',
};

function PreviewView({
  preview: { event, example_because: because, request },
}: {
  preview: WebhookPreview;
}): ReactNode {
  return (
    <Stack role="status" aria-label="Preview">
      {because === null ? (
        <Note tone="good" title="Your newest event that it takes">
          <Anchor
            component={Link}
            to={`/events/${event.uuid}`}
            size="sm"
            c="inherit"
            underline="always"
            className="tap break-anywhere"
          >
            {event.event}
          </Anchor>
          <Text size="sm" className="break-anywhere" component="div">
            of {event.distinct_id}
            {event.inserted_at !== null && (
              <>
                , captured <Time at={event.inserted_at} />
              </>
            )}
          </Text>
        </Note>
      ) : (
        <Note tone="warn" title="An example: it is no event of yours">
          <Text size="sm">{BECAUSE[because]}</Text>
        </Note>
      )}
      <RequestView request={request} />
    </Stack>
  );
}
