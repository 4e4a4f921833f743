import { Group, Stack, Text } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { Copyable } from '../../parts/copyable.tsx';
import { Note } from '../../parts/note.tsx';
import type { Webhook } from './queries.ts';
import { TestSend } from './test-send.tsx';

/** What the form of a new webhook hands over: the secret is shown this once. */
export interface Created {
  secret: string;
}

/** After a webhook was created: its secret, and the next thing to do. */
export function CreatedNote({ webhook }: { webhook: Webhook }): ReactNode {
  const location = useLocation();
  const { pathname, search } = location;
  const state = location.state as Created | null;
  const navigate = useNavigate();
  const [created] = useState(state);
  const [shown, setShown] = useState(true);
  useEffect(() => {
    // A browser keeps the state of an address, on its disk too: a secret is not to stay there.
    if (state !== null) {
      void navigate(pathname + search, { replace: true, state: null, preventScrollReset: true });
    }
  }, [navigate, pathname, search, state]);
  if (!created || !shown) {
    return null;
  }
  return (
    <Note
      tone="good"
      title="The webhook is live"
      withCloseButton
      onClose={() => {
        setShown(false);
      }}
    >
      <Stack gap="sm">
        <Text size="sm">
          Verify requests with this signing secret. It is shown here once; owners can reveal it later under Settings.
        </Text>
        <Copyable text={created.secret} label="Copy the secret" />
        <Group>
          <TestSend webhook={webhook} />
        </Group>
      </Stack>
    </Note>
  );
}
