import { Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { answer } from '../../../api-client/index.ts';
import { count } from '../../parts/format.ts';
import { tellProblem } from '../../parts/tell-problem.ts';
import { useApi } from '../../session/session.tsx';
import { attemptsFile, collect, type FileKind } from './attempts-file.ts';
import { attemptQuery, type AttemptFilter } from './deliveries-filter.ts';

/** A browser holds them all; more are a job for the API. */
const MOST = 5_000;
/** As many as the API gives at once. */
const PAGE = '100';

/** What the filter finds as a file, newest first. */
export function DownloadAttempts({ webhookId, filter }: { webhookId: string; filter: AttemptFilter }): ReactNode {
  const api = useApi();
  const [done, setDone] = useState<number>();
  const read = (cursor: string | undefined) => {
    const query = { ...attemptQuery(filter), limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
    return answer(api.GET('/api/v1/webhooks/{id}/attempts', { params: { path: { id: webhookId }, query } }));
  };
  const download = async (kind: FileKind): Promise<void> => {
    setDone(0);
    try {
      const { rows, more } = await collect(read, { most: MOST, progress: setDone });
      save(`attempts-${webhookId}.${kind}`, attemptsFile(kind, rows), kind);
      if (more) {
        notifications.show({ message: `These are the newest ${count(MOST)}; the API and the command line have all.` });
      }
    } catch (error) {
      tellProblem('There is no file', error);
    }
    setDone(undefined);
  };
  return (
    <Menu>
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} />} disabled={done !== undefined}>
          {done === undefined ? 'Download' : `Reading, ${count(done)} so far`}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void download('csv')}>As CSV</Menu.Item>
        <Menu.Item onClick={() => void download('json')}>As JSON</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function save(name: string, text: string, kind: FileKind): void {
  const url = URL.createObjectURL(new Blob([text], { type: kind === 'csv' ? 'text/csv' : 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
