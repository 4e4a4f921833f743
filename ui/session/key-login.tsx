import { Button, PasswordInput, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answer, createApiClient } from '../../api-client/index.ts';
import { ProblemAlert } from '../parts/problem-alert.tsx';
import { beginSession } from './store.ts';

/** Any cheap question shows whether the key is one. */
async function tryKey(key: string): Promise<void> {
  const api = createApiClient({ url: window.location.origin, auth: { key } });
  await answer(api.GET('/api/v1/webhooks', { params: { query: { limit: '1' } } }));
  beginSession({ kind: 'key', key });
}

export function KeyLogin(): ReactNode {
  const [key, setKey] = useState('');
  const login = useMutation({ mutationFn: tryKey });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        login.mutate(key.trim());
      }}
    >
      <Stack>
        <PasswordInput
          label="API key"
          description="sluice setup --team NAME prints one. It is kept in this page only: a reload forgets it."
          autoComplete="off"
          required
          value={key}
          onChange={(event) => {
            setKey(event.currentTarget.value);
          }}
        />
        {login.error && <ProblemAlert error={login.error} />}
        <Button type="submit" loading={login.isPending}>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}
