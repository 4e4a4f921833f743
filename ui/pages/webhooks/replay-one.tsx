import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconRepeat } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answer } from '../../../api-client/index.ts';
import { tellProblem } from '../../parts/tell-problem.ts';
import { useApi, useCan } from '../../session/session.tsx';
import { webhookKey } from './queries.ts';

/** Sends one event again. */
export function ReplayOne({ webhookId, uuid }: { webhookId: string; uuid: string }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const replay = useMutation({
    mutationFn: () =>
      answer(
        api.POST('/api/v1/webhooks/{id}/replays', {
          params: { path: { id: webhookId } },
          body: { scope: 'event', event_uuids: [uuid], dry_run: false },
        }),
      ),
    onSuccess: () => {
      notifications.show({ message: 'It is on its way again.' });
      return queries.invalidateQueries({ queryKey: webhookKey(webhookId) });
    },
    onError: (error) => {
      tellProblem('It was not sent', error);
    },
  });
  return useCan('write') ? (
    <Button
      variant="default"
      leftSection={<IconRepeat size={16} />}
      loading={replay.isPending}
      onClick={() => {
        replay.mutate();
      }}
    >
      Send again
    </Button>
  ) : null;
}
