import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconDots, IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answer } from '../../../api-client/index.ts';
import { tellProblem } from '../../parts/tell-problem.ts';
import { useApi, useCan } from '../../session/session.tsx';
import { DeleteWebhook } from './delete-webhook.tsx';
import { webhookKey, type Webhook } from './queries.ts';
import { TestSend } from './test-send.tsx';

export function WebhookActions({ webhook }: { webhook: Webhook }): ReactNode {
  const [deleting, setDeleting] = useState(false);
  if (!useCan('write')) {
    return null;
  }
  return (
    <>
      <TestSend webhook={webhook} variant="default" />
      <PauseButton webhook={webhook} />
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label="More">
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            c="var(--mantine-color-error)"
            leftSection={<IconTrash size={16} />}
            onClick={() => {
              setDeleting(true);
            }}
          >
            Delete…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <DeleteWebhook
        webhook={webhook}
        opened={deleting}
        onClose={() => {
          setDeleting(false);
        }}
      />
    </>
  );
}

function PauseButton({ webhook: { id, status } }: { webhook: Webhook }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const paused = status === 'paused';
  const change = useMutation({
    mutationFn: () => {
      const params = { path: { id } };
      return paused
        ? answer(api.POST('/api/v1/webhooks/{id}/resume', { params }))
        : answer(api.POST('/api/v1/webhooks/{id}/pause', { params }));
    },
    onSuccess: (changed) => {
      queries.setQueryData(webhookKey(id), changed);
      void queries.invalidateQueries({ queryKey: ['webhooks'] });
    },
    onError: (error) => {
      tellProblem('Nothing was changed', error);
    },
  });
  return (
    <Button
      variant="default"
      leftSection={paused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
      loading={change.isPending}
      onClick={() => {
        change.mutate();
      }}
    >
      {paused ? 'Resume' : 'Pause'}
    </Button>
  );
}
