import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlayerTrackNext } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answer } from '../../../api-client/index.ts';
import { tellProblem } from '../../parts/tell-problem.ts';
import { useApi, useCan } from '../../session/session.tsx';
import { webhookKey } from './queries.ts';
import { retryStory } from './retry-story.ts';

interface Props {
  webhookId: string;
  uuids: readonly string[];
  label: string;
  variant?: 'filled' | 'default';
}

/** Tries what failed at once, in place of waiting for its next retry. */
export function RetryNow({ webhookId: id, uuids, label, variant = 'filled' }: Props): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const retry = useMutation({
    mutationFn: () =>
      answer(api.POST('/api/v1/webhooks/{id}/retry', { params: { path: { id } }, body: { event_uuids: [...uuids] } })),
    onSuccess: (done) => {
      notifications.show({ message: retryStory(done) });
      return queries.invalidateQueries({ queryKey: webhookKey(id) });
    },
    onError: (error) => {
      tellProblem('It was not tried again', error);
    },
  });
  return useCan('write') ? (
    <Button
      variant={variant}
      leftSection={<IconPlayerTrackNext size={16} />}
      loading={retry.isPending}
      onClick={() => {
        retry.mutate();
      }}
    >
      {label}
    </Button>
  ) : null;
}
