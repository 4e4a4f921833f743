import { Switch, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type ReactNode } from 'react';
import { answer } from '../../../api-client/index.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { useApi } from '../../session/session.tsx';
import { useForgetExport, type ExportDetail } from './data.ts';
import { ReplaceKept, useKeptLastRun } from './replace-kept.tsx';

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
  const kept = useKeptLastRun(id);
  const [force, setForce] = useState(false);
  const [replaceKept, setReplaceKept] = useState(false);
  const asksForKept = force && kept !== undefined;
  const run = async (): Promise<void> => {
    const body = { force, replace_kept: asksForKept && replaceKept };
    await answer(api.POST('/api/v1/exports/{id}/run', { params: { path: { id } }, body }));
    await forget();
    notifications.show({ message: `A run of ${name} has been started.` });
  };
  return (
    <Confirm
      opened={opened}
      onClose={() => {
        setReplaceKept(false);
        onClose();
      }}
      title={`Run ${name} now?`}
      action="Run now"
      danger={asksForKept && replaceKept}
      onConfirm={run}
    >
      <Text size="sm">The last interval that has ended is exported.</Text>
      <Switch
        label="Even if it is exported already"
        description={
          kept === undefined || replaceKept ? 'Its files or rows are replaced.' : 'Files that were kept stay.'
        }
        checked={force}
        onChange={(event) => {
          setForce(event.currentTarget.checked);
        }}
      />
      {asksForKept && <ReplaceKept run={kept} checked={replaceKept} onChange={setReplaceKept} />}
    </Confirm>
  );
}
