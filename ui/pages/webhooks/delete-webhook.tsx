import { Button, List, Loader, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { answer } from '../../../api-client/index.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { count } from '../../parts/format.ts';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { tellProblem } from '../../parts/tell-problem.ts';
import { useApi } from '../../session/session.tsx';
import { webhookKey, type Webhook } from './queries.ts';

/** Long enough to see what is missing now. */
const WAY_BACK_MS = 30_000;

/** Later the API and the command line restore it. */
function offerWayBack(name: string, restore: () => Promise<void>): void {
  const shown = notifications.show({
    title: `${name} is deleted`,
    message: (
      <Button
        size="xs"
        variant="default"
        mt="xs"
        onClick={() => {
          notifications.hide(shown);
          void restore();
        }}
      >
        Restore it
      </Button>
    ),
    autoClose: WAY_BACK_MS,
  });
}

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
  const restore = async (): Promise<void> => {
    try {
      await api.POST('/api/v1/webhooks/{id}/restore', { params });
      await queries.invalidateQueries({ queryKey: ['webhooks'] });
      await navigate(`/webhooks/${id}`);
    } catch (error) {
      tellProblem(`${name} was not restored`, error);
    }
  };
  const remove = async (): Promise<void> => {
    await api.DELETE('/api/v1/webhooks/{id}', { params });
    await navigate('/webhooks');
    queries.removeQueries({ queryKey: webhookKey(id) });
    await queries.invalidateQueries({ queryKey: ['webhooks'] });
    offerWayBack(name, restore);
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
              : `${count(plan.data.open_retries)} events that wait for another try are not tried any more.`}
          </List.Item>
          <List.Item>For 30 days it can be restored, with what it has not sent.</List.Item>
        </List>
      )}
      <Text size="sm">Attempts of the past stay in the log until it forgets them.</Text>
    </Confirm>
  );
}
