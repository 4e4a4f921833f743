import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Schemas } from '../../../api-client/index.ts';
import { Note } from '../../parts/note.tsx';
import { CodeBlock } from '../../parts/code-block.tsx';
import { HeadersTable } from './headers-table.tsx';

export type ShownRequest = Schemas['WebhookTest']['request'];

/** A request as it goes out; values of secrets are left out by the API. */
export function RequestView({ request }: { request: ShownRequest }): ReactNode {
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">
        Request
      </Title>
      {request.refusal && (
        <Note tone="bad" title="It cannot be made">
          {request.refusal.message}
        </Note>
      )}
      <Text size="sm" ff="monospace" className="break-anywhere">
        {request.method} {request.url}
      </Text>
      <HeadersTable headers={request.headers} label="Headers" />
      <CodeBlock label="body" text={request.body} />
    </Stack>
  );
}
