import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answer, type Schemas } from '../../../api-client/index.ts';
import { count } from '../../parts/format.ts';
import { PauseButton } from '../../parts/pause-button.tsx';
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
      <PauseWebhook webhook={webhook} />
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

function PauseWebhook({ webhook: { id, name, status } }: { webhook: Webhook }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const params = { path: { id } };
  const show = async (changed: Webhook): Promise<void> => {
    queries.setQueryData(webhookKey(id), changed);
    await queries.invalidateQueries({ queryKey: ['webhooks'] });
  };
  const resume = async (): Promise<void> => show(await answer(api.POST('/api/v1/webhooks/{id}/resume', { params })));
  return (
    <PauseButton
      id={id}
      name={name}
      paused={status === 'paused'}
      meanwhile="Events wait, and are sent when it is resumed."
      pause={async () => {
        const { undelivered, ...changed } = await answer(api.POST('/api/v1/webhooks/{id}/pause', { params }));
        await show(changed);
        return waitingText(undelivered);
      }}
      resume={resume}
      undo={resume}
    />
  );
}

/** Undefined where nothing waits, or nobody could count it. */
function waitingText(left: Schemas['PausedWebhook']['undelivered']): string | undefined {
  const failed = left.open_retries + (left.parked ?? 0);
  const parts = [
    ...(left.waiting_events ? [`${count(left.waiting_events)} events that were not sent yet`] : []),
    ...(failed > 0 ? [`${count(failed)} that failed`] : []),
  ];
  return parts.length === 0 ? undefined : `${parts.join(' and ')} wait, with all that come, until it is resumed.`;
}
