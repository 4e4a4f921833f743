import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Schemas } from '../../../api-client/index.ts';
import { CodeBlock } from '../../parts/code-block.tsx';
import { duration } from '../../parts/format.ts';
import { Note } from '../../parts/note.tsx';
import { HeadersTable } from './headers-table.tsx';
import { RequestTiming } from './request-timing-view.tsx';
import { RequestView } from './request-view.tsx';

export function TestResult({ result }: { result: Schemas['WebhookTest'] }): ReactNode {
  const { delivered, status_code: status, error, duration_ms: ms } = result;
  const answered = `${status === null ? 'No response' : `Status ${String(status)}`} after ${duration(ms)}`;
  return (
    <Stack>
      <Note role="status" tone={delivered ? 'good' : 'bad'} title={delivered ? 'Delivered' : 'Not delivered'}>
        <Text size="sm">{answered}</Text>
        {error && <Text size="sm">{error.message}</Text>}
        {error?.remedy && (
          <Text size="sm" fw={600}>
            {error.remedy}
          </Text>
        )}
      </Note>
      <RequestTiming timing={result} />
      {status !== null && (
        <>
          <Title order={3} size="h5">
            Answer
          </Title>
          <HeadersTable headers={result.response_headers} label="Headers of the answer" />
          {result.response_body !== '' && <CodeBlock label="answer" text={result.response_body} />}
        </>
      )}
      <RequestView request={result.request} />
    </Stack>
  );
}
