import { Button, Spoiler, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type ReactNode } from 'react';
import { answer, type Schemas } from '../../../api-client/index.ts';
import { CodeBlock } from '../../parts/code-block.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { count } from '../../parts/format.ts';
import { SectionCard } from '../../parts/section-card.tsx';
import { Time } from '../../parts/time.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { useApi, useCan } from '../../session/session.tsx';
import { useForgetExport } from './data.ts';

type Rejected = Schemas['RejectedRecord'];

/** Records that the destination cannot hold, with why, and the way to have them tried again. */
export function RejectedRecords({ exportId }: { exportId: string }): ReactNode {
  const api = useApi();
  const mayWrite = useCan('write');
  const list = usePages<Rejected>({
    key: ['export', exportId, 'rejected'],
    read: (query) =>
      answer(api.GET('/api/v1/exports/{id}/rejected-records', { params: { path: { id: exportId }, query } })),
  });
  const some = (list.items?.length ?? 0) > 0;
  return (
    <SectionCard title="Records set aside" actions={some && mayWrite ? <TryAgain exportId={exportId} /> : undefined}>
      <DataTable
        label="Records set aside"
        list={list}
        columns={COLUMNS}
        rowKey={({ uuid, interval_end }) => uuid + interval_end}
        empty={
          <Text size="sm" c="dimmed">
            None: the destination could hold every record.
          </Text>
        }
      />
    </SectionCard>
  );
}

const COLUMNS: readonly Column<Rejected>[] = [
  { title: 'Interval until', cell: ({ interval_end }) => <Time at={interval_end} exact /> },
  { title: 'Event', cell: ({ event }) => <span className="break-anywhere">{event}</span> },
  { title: 'Why', cell: ({ reason }) => reason.replaceAll('_', ' ') },
  {
    title: 'Record',
    cell: ({ uuid, record }) => (
      <Spoiler maxHeight={60} showLabel="Whole record" hideLabel="Less" maw={420}>
        <CodeBlock label={`record ${uuid}`} text={record} />
      </Spoiler>
    ),
    wide: true,
  },
];

function TryAgain({ exportId }: { exportId: string }): ReactNode {
  const api = useApi();
  const forget = useForgetExport(exportId);
  const [opened, setOpened] = useState(false);
  const replay = async (): Promise<void> => {
    const params = { path: { id: exportId } };
    const { runs } = await answer(api.POST('/api/v1/exports/{id}/rejected-records/replay', { params }));
    await forget();
    notifications.show({ message: `${count(runs.length)} intervals run again.` });
  };
  return (
    <>
      <Button
        variant="default"
        onClick={() => {
          setOpened(true);
        }}
      >
        Try them again
      </Button>
      <Confirm
        opened={opened}
        onClose={() => {
          setOpened(false);
        }}
        title="Export these intervals again?"
        action="Export again"
        onConfirm={replay}
      >
        <Text size="sm">
          For after a fix at the destination: rows that are there stay, those that fit now are added. At most 100
          intervals at a time.
        </Text>
      </Confirm>
    </>
  );
}
