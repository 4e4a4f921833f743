import { Anchor, Button, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answer } from '../../../api-client/index.ts';
import { bytes } from '../../parts/format.ts';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { Time } from '../../parts/time.tsx';
import { useApi } from '../../session/session.tsx';

/** Links are made when they are asked for: whoever has one can download until it expires. */
export function OnceFiles({ id }: { id: string }): ReactNode {
  const api = useApi();
  const [wanted, setWanted] = useState(false);
  const { data, error, isLoading } = useQuery({
    queryKey: ['on-demand', id],
    queryFn: () => answer(api.GET('/api/v1/on-demand-exports/{id}', { params: { path: { id } } })),
    enabled: wanted,
  });
  if (data === undefined) {
    return (
      <>
        <Button
          size="xs"
          variant="default"
          loading={isLoading}
          onClick={() => {
            setWanted(true);
          }}
        >
          Show links
        </Button>
        {error !== null && <ProblemAlert error={error} />}
      </>
    );
  }
  return (
    <Stack gap={2}>
      {data.files.map(({ name, url, bytes: size }) => (
        <Anchor key={name} href={url} download size="sm" className="break-anywhere">
          {name} ({bytes(size)})
        </Anchor>
      ))}
      {data.expires_at !== null && (
        <Text size="xs" c="dimmed">
          until <Time at={data.expires_at} />
        </Text>
      )}
    </Stack>
  );
}
