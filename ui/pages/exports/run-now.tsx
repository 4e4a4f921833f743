import { Switch, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type ReactNode } from 'react';
import { Confirm } from '../../parts/confirm.tsx';
import { useApi } from '../../session/session.tsx';
import { useForgetExport, type ExportDetail } from './data.ts';

/** Exports the last interval that has ended. */
export function RunNow({
  detail: { id, name },
  opened,
  onClose,
}: {
  detail: ExportDetail;
  opened: boolean;
  onClose: () => void;
}): ReactNode {
  const api = useApi();
  const forget = useForgetExport(id);
  const [force, setForce] = useState(false);
  const run = async (): Promise<void> => {
    await api.POST('/api/v1/exports/{id}/run', { params: { path: { id } }, body: { force } });
    await forget();
    notifications.show({ message: `A run of ${name} has been started.` });
  };
  return (
    <Confirm opened={opened} onClose={onClose} title={`Run ${name} now?`} action="Run now" onConfirm={run}>
      <Text size="sm">The last interval that has ended is exported.</Text>
      <Switch
        label="Even if it is exported already"
        description="Its files or rows are replaced."
        checked={force}
        onChange={(event) => {
          setForce(event.currentTarget.checked);
        }}
      />
    </Confirm>
  );
}
