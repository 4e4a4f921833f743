import { Stack, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Schemas } from '../../../api-client/index.ts';
import { Note } from '../../parts/note.tsx';
import { CodeBlock } from '../../parts/code-block.tsx';

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
      <Table aria-label="Headers" withTableBorder fz="xs" layout="fixed">
        <Table.Tbody>
          {Object.entries(request.headers).map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th w="38%" className="break-anywhere" fw={500}>
                {name}
              </Table.Th>
              <Table.Td className="break-anywhere">{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <CodeBlock label="body" text={request.body} />
    </Stack>
  );
}
