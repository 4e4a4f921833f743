import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type ReactNode } from 'react';
import { answer } from '../../../api-client/index.ts';
import { tellProblem } from '../../parts/tell-problem.ts';
import { useApi } from '../../session/session.tsx';
import type { Channel } from './notifications-tab.tsx';

/** Sends one message and says what came of it. */
export function TestChannel({ channel: { id, name } }: { channel: Channel }): ReactNode {
  const api = useApi();
  const [busy, setBusy] = useState(false);
  const send = async (): Promise<void> => {
    setBusy(true);
    try {
      const params = { path: { id } };
      const { ok, error } = await answer(api.POST('/api/v1/notification-channels/{id}/test', { params }));
      tell(name, ok ? undefined : (error?.message ?? 'It did not answer.'));
    } catch (thrown) {
      tellProblem(`${name} was not reached`, thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button size="xs" variant="default" loading={busy} onClick={() => void send()}>
      Send a test
    </Button>
  );
}

function tell(name: string, problem: string | undefined): void {
  notifications.show(
    problem === undefined
      ? { message: `${name} has been told.` }
      : { color: 'red', title: `${name} was not reached`, message: problem },
  );
}
