import { List, Loader, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { answer } from '../../../api-client/index.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { count } from '../../parts/format.ts';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { useApi } from '../../session/session.tsx';
import { webhookKey, type Webhook } from './queries.ts';

/** Says what deleting ends before it is done. */
export function DeleteWebhook({
  webhook: { id, name },
  opened,
  onClose,
}: {
  webhook: Webhook;
  opened: boolean;
  onClose: () => void;
}): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const params = { path: { id } };
  const plan = useQuery({
    queryKey: [...webhookKey(id), 'deletion-plan'],
    queryFn: () => answer(api.GET('/api/v1/webhooks/{id}/deletion-plan', { params })),
    enabled: opened,
  });
  const remove = async (): Promise<void> => {
    await api.DELETE('/api/v1/webhooks/{id}', { params });
    await navigate('/webhooks');
    queries.removeQueries({ queryKey: webhookKey(id) });
    await queries.invalidateQueries({ queryKey: ['webhooks'] });
  };
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={`Delete ${name}`}
      action="Delete"
      typed={name}
      danger
      onConfirm={remove}
    >
      {plan.error && <ProblemAlert error={plan.error} />}
      {plan.isPending && <Loader size="sm" aria-label="Loading" />}
      {plan.data && (
        <List size="sm">
          <List.Item>Events from now on are not sent to it any more.</List.Item>
          <List.Item>
            {plan.data.open_retries === 0
              ? 'No event waits for another try.'
              : `${count(plan.data.open_retries)} events that wait for another try are dropped.`}
          </List.Item>
        </List>
      )}
      <Text size="sm">Attempts of the past stay in the log until it forgets them.</Text>
    </Confirm>
  );
}
