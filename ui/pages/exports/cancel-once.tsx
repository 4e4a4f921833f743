import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Confirm } from '../../parts/confirm.tsx';
import { useApi } from '../../session/session.tsx';

/** Ends an export of one range that has not ended by itself; it asks first. */
export function CancelOnce({ id, name }: { id: string; name: string }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const [opened, { open, close }] = useDisclosure();
  const cancel = async (): Promise<void> => {
    await api.POST('/api/v1/on-demand-exports/{id}/cancel', { params: { path: { id } } });
    await queries.invalidateQueries({ queryKey: ['on-demand'] });
  };
  return (
    <>
      <Button size="xs" variant="default" aria-label={`Cancel ${name}`} onClick={open}>
        Cancel
      </Button>
      <Confirm
        opened={opened}
        onClose={close}
        title={`Cancel ${name}?`}
        action="Cancel the export"
        danger
        wayBack="Let it go on"
        onConfirm={cancel}
      >
        <Text size="sm">Nothing half-written stays visible. Export the range again to have it.</Text>
      </Confirm>
    </>
  );
}
