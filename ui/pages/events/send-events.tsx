import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answer } from '../../../api-client/index.ts';
import { CodeBlock } from '../../parts/code-block.tsx';
import { Copyable } from '../../parts/copyable.tsx';
import { Pending } from '../../parts/pending.tsx';
import { useApi } from '../../session/session.tsx';

/** How events get here: what an SDK has to be told. */
export function SendEvents(): ReactNode {
  const api = useApi();
  const { data, error } = useQuery({
    queryKey: ['capture'],
    queryFn: () => answer(api.GET('/api/v1/capture')),
    staleTime: Infinity,
  });
  if (data === undefined) {
    return <Pending error={error} />;
  }
  const { host, capture_token: token } = data;
  return (
    <Stack gap="xs" ta="left">
      <Text size="sm">Any SDK of PostHog sends events, with this host and the capture token of the team.</Text>
      <Copyable text={host} label="Copy the host" />
      <Copyable text={token} label="Copy the capture token" />
      <Text size="sm">One event, from a terminal:</Text>
      <CodeBlock label="the command" text={commandFor(host, token)} />
    </Stack>
  );
}

function commandFor(host: string, token: string): string {
  const body = JSON.stringify({ api_key: token, event: 'signed up', distinct_id: 'ada' });
  return `curl ${host}/capture/ -H 'content-type: application/json' -d '${body}'`;
}
