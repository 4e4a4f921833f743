import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconTrash } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { answer, type Schemas } from '../../../api-client/index.ts';
import { useOptimistic } from '../../edits/use-optimistic.ts';
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
  const params = { path: { id } };
  const shown = { key: webhookKey(id), also: [['webhooks']] };
  const pause = useOptimistic({
    ...shown,
    expected: (webhook: Webhook): Webhook => ({ ...webhook, status: 'paused' }),
    send: () => answer(api.POST('/api/v1/webhooks/{id}/pause', { params })),
  });
  const resume = useOptimistic({
    ...shown,
    expected: (webhook: Webhook): Webhook => ({ ...webhook, status: 'active' }),
    send: () => answer(api.POST('/api/v1/webhooks/{id}/resume', { params })),
  });
  return (
    <PauseButton
      id={id}
      name={name}
      paused={status === 'paused'}
      meanwhile="Events wait, and are sent when it is resumed."
      pause={async () => waitingText((await pause.mutateAsync()).undelivered)}
      resume={() => resume.mutateAsync()}
      undo={() => resume.mutateAsync()}
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
