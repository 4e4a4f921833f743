import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Confirm } from '../../parts/confirm.tsx';
import { useApi } from '../../session/session.tsx';

/** A cancelled backfill cannot be resumed: it asks first. */
export function CancelBackfill({ id }: { id: string }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const [opened, { open, close }] = useDisclosure();
  const cancel = async (): Promise<void> => {
    await api.POST('/api/v1/backfills/{id}/cancel', { params: { path: { id } } });
    await queries.invalidateQueries({ queryKey: ['backfill', id] });
  };
  return (
    <>
      <Button variant="default" onClick={open}>
        Cancel
      </Button>
      <Confirm
        opened={opened}
        onClose={close}
        title="Cancel the backfill?"
        action="Cancel the backfill"
        danger
        wayBack="Let it go on"
        onConfirm={cancel}
      >
        <Text size="sm">
          Its runs are cancelled, and intervals that are left are not exported. What is exported stays. To go on later,
          pause it instead.
        </Text>
      </Confirm>
    </>
  );
}
