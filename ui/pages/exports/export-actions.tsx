import { Button, Group, Menu, Switch } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconChevronDown } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { answer } from '../../../api-client/index.ts';
import { useOptimistic } from '../../edits/use-optimistic.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { PauseButton } from '../../parts/pause-button.tsx';
import { useApi, useCan } from '../../session/session.tsx';
import { exportKey, useForgetExport, type ExportDetail } from './data.ts';
import { DeleteExport } from './delete-export.tsx';
import { RunNow } from './run-now.tsx';

type Dialog = 'run' | 'resume' | 'delete';

/** What can be done with an export; nothing for those who only look. */
export function ExportActions({ detail }: { detail: ExportDetail }): ReactNode {
  const [dialog, setDialog] = useState<Dialog>();
  const close = (): void => {
    setDialog(undefined);
  };
  if (!useCan('write')) {
    return null;
  }
  return (
    <Group gap="xs">
      <PauseExport
        detail={detail}
        onResume={() => {
          setDialog('resume');
        }}
      />
      <Button
        onClick={() => {
          setDialog('run');
        }}
      >
        Run now
      </Button>
      <More
        id={detail.id}
        onDelete={() => {
          setDialog('delete');
        }}
      />
      <RunNow detail={detail} opened={dialog === 'run'} onClose={close} />
      <Resume detail={detail} opened={dialog === 'resume'} onClose={close} />
      {dialog === 'delete' && <DeleteExport detail={detail} onClose={close} />}
    </Group>
  );
}

function More({ id, onDelete }: { id: string; onDelete: () => void }): ReactNode {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={16} />}>
          More
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to={`/exports/new?clone=${id}`}>
          Clone
        </Menu.Item>
        <Menu.Item component={Link} to={`/exports/once?from=${id}`}>
          Export a range once
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item c="var(--mantine-color-error)" onClick={onDelete}>
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** To resume asks what becomes of the intervals that were missed; to take a pause back exports them. */
function PauseExport({
  detail: { id, name, paused },
  onResume,
}: {
  detail: ExportDetail;
  onResume: () => void;
}): ReactNode {
  const api = useApi();
  const params = { path: { id } };
  const shown = { key: exportKey(id), also: [['exports'], ['run']] };
  const pause = useOptimistic({
    ...shown,
    expected: (detail: ExportDetail): ExportDetail => ({ ...detail, paused: true, paused_by: 'user' }),
    send: () => answer(api.POST('/api/v1/exports/{id}/pause', { params })),
  });
  const takeBack = useOptimistic({
    ...shown,
    expected: (detail: ExportDetail): ExportDetail => ({ ...detail, paused: false, paused_by: null }),
    send: () => answer(api.POST('/api/v1/exports/{id}/resume', { params, body: { fill_gap: true } })),
  });
  return (
    <PauseButton
      id={id}
      name={name}
      paused={paused}
      meanwhile="No new run starts. Resuming exports what was missed."
      pause={async () => {
        await pause.mutateAsync();
        return undefined;
      }}
      resume={onResume}
      undo={() => takeBack.mutateAsync()}
    />
  );
}

interface DialogProps {
  detail: ExportDetail;
  opened: boolean;
  onClose: () => void;
}

function Resume({ detail: { id, name }, opened, onClose }: DialogProps): ReactNode {
  const api = useApi();
  const forget = useForgetExport(id);
  const [fillGap, setFillGap] = useState(true);
  const resume = async (): Promise<void> => {
    await api.POST('/api/v1/exports/{id}/resume', { params: { path: { id } }, body: { fill_gap: fillGap } });
    await forget();
    notifications.show({ message: `${name} runs again.` });
  };
  return (
    <Confirm opened={opened} onClose={onClose} title={`Resume ${name}?`} action="Resume" onConfirm={resume}>
      <Switch
        label="Export what was missed"
        description="The intervals that ended during the pause. Without it they are given up."
        checked={fillGap}
        onChange={(event) => {
          setFillGap(event.currentTarget.checked);
        }}
      />
    </Confirm>
  );
}
