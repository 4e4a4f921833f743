import { Group, Spoiler, Stack, Text, Timeline } from '@mantine/core';
import type { ReactNode } from 'react';
import { CodeBlock } from '../../parts/code-block.tsx';
import { duration } from '../../parts/format.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { HeadersTable } from './headers-table.tsx';
import type { Attempt } from './queries.ts';
import { RequestTiming } from './request-timing-view.tsx';

/** Each try of one event, newest first, with what the endpoint answered. */
export function AttemptStory({ attempts }: { attempts: readonly Attempt[] }): ReactNode {
  if (attempts.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing was sent.
      </Text>
    );
  }
  return (
    <Timeline bulletSize={14} lineWidth={2}>
      {attempts.map((attempt) => (
        <Timeline.Item key={`${String(attempt.attempt)} ${attempt.attempted_at}`}>
          <Try attempt={attempt} />
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

const CLASS_MEANS: Readonly<Record<NonNullable<Attempt['class']>, string>> = {
  delivered: '',
  retry: 'It counts as a failure of the endpoint, unless the fault is ours, and is tried again by the schedule.',
  throttled: 'The endpoint asks for patience: it is tried again, and nothing is charged.',
  misconfigured: 'Somebody has to act: tries go on, and the endpoint is left alone when it stays so.',
  rejected: 'This event can never be sent as it is: it is not tried again.',
  gone: 'The endpoint wants no more events.',
};

function Try({ attempt }: { attempt: Attempt }): ReactNode {
  const {
    outcome,
    status_code: status,
    error,
    duration_ms: ms,
    via,
    response_body: body,
    response_headers: headers,
  } = attempt;
  return (
    <Stack gap={4}>
      <Group gap="xs">
        <Text size="sm" fw={600}>
          {outcome === 'masked' ? 'Not sent' : `Attempt ${String(attempt.attempt)}`}
        </Text>
        <StatusBadge status={outcome} />
        <Text size="sm" c="dimmed">
          <Time at={attempt.attempted_at} />
        </Text>
      </Group>
      <Text size="sm">
        {outcome === 'masked'
          ? 'Another event was sent in its place.'
          : `${status === null ? 'No response' : `Status ${String(status)}`} after ${duration(ms)}, ${via}`}
      </Text>
      {error && (
        <Text size="sm" className="break-anywhere">
          {error.message} {attempt.class !== null && CLASS_MEANS[attempt.class]}
        </Text>
      )}
      {error?.remedy && (
        <Text size="sm" className="break-anywhere">
          What to do: {error.remedy}
        </Text>
      )}
      {attempt.next_attempt_at !== null && (
        <Text size="sm" c="dimmed">
          Then again <Time at={attempt.next_attempt_at} />
        </Text>
      )}
      <RequestTiming timing={attempt} />
      {body !== '' && (
        <Spoiler maxHeight={90} showLabel="Whole answer" hideLabel="Less">
          <CodeBlock label={`answer to attempt ${String(attempt.attempt)}`} text={body} />
        </Spoiler>
      )}
      {Object.keys(headers).length > 0 && (
        <Spoiler maxHeight={0} showLabel="Headers of the answer" hideLabel="Without headers">
          <HeadersTable headers={headers} label={`Headers of the answer to attempt ${String(attempt.attempt)}`} />
        </Spoiler>
      )}
    </Stack>
  );
}
