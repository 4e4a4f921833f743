import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Confirm } from '../../parts/confirm.tsx';
import { useApi } from '../../session/session.tsx';
import { webhookKey } from './queries.ts';

/** A cancelled replay cannot be resumed: it asks first. */
export function CancelReplay({ id, webhookId }: { id: string; webhookId: string }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const [opened, { open, close }] = useDisclosure();
  const cancel = async (): Promise<void> => {
    await api.POST('/api/v1/replays/{id}/cancel', { params: { path: { id } } });
    await queries.invalidateQueries({ queryKey: webhookKey(webhookId) });
  };
  return (
    <>
      <Button size="xs" variant="default" leftSection={<IconX size={14} />} onClick={open}>
        Cancel
      </Button>
      <Confirm
        opened={opened}
        onClose={close}
        title="Cancel the replay?"
        action="Cancel the replay"
        danger
        wayBack="Let it go on"
        onConfirm={cancel}
      >
        <Text size="sm">
          What is on its way is finished; events that are left are not sent again. To go on later, pause it instead.
        </Text>
      </Confirm>
    </>
  );
}
