import { Button, Group, Menu, Switch, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconChevronDown, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { Confirm } from '../../parts/confirm.tsx';
import { useApi, useCan } from '../../session/session.tsx';
import { useForgetExport, type ExportDetail } from './data.ts';
import { DeleteExport } from './delete-export.tsx';
import { RunNow } from './run-now.tsx';

type Dialog = 'run' | 'pause' | 'resume' | 'delete';

/** What can be done with an export; nothing for those who only look. */
export function ExportActions({ detail }: { detail: ExportDetail }): ReactNode {
  const [dialog, setDialog] = useState<Dialog>();
  const close = (): void => {
    setDialog(undefined);
  };
  if (!useCan('write')) {
    return null;
  }
  const { paused } = detail;
  return (
    <Group gap="xs">
      <Button
        variant="default"
        leftSection={paused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
        onClick={() => {
          setDialog(paused ? 'resume' : 'pause');
        }}
      >
        {paused ? 'Resume' : 'Pause'}
      </Button>
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
      <Pause detail={detail} opened={dialog === 'pause'} onClose={close} />
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

interface DialogProps {
  detail: ExportDetail;
  opened: boolean;
  onClose: () => void;
}

function Pause({ detail: { id, name }, opened, onClose }: DialogProps): ReactNode {
  const api = useApi();
  const forget = useForgetExport(id);
  const pause = async (): Promise<void> => {
    await api.POST('/api/v1/exports/{id}/pause', { params: { path: { id } } });
    await forget();
    notifications.show({ message: `${name} is paused.` });
  };
  return (
    <Confirm opened={opened} onClose={onClose} title={`Pause ${name}?`} action="Pause" onConfirm={pause}>
      <Text size="sm">
        No new runs start; one that is under way is finished. Nothing is lost: events stay in the log, and resuming
        exports what was missed.
      </Text>
    </Confirm>
  );
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
