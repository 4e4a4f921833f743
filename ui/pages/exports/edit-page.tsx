import { Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type ReactNode } from 'react';
import { useNavigate, useParams } from 'react-router';
import { Page } from '../../parts/page.tsx';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { useApi } from '../../session/session.tsx';
import { draftOf, readingBody, scheduleBody } from './create/draft.ts';
import { RowsFields } from './create/rows-fields.tsx';
import { ScheduleStep } from './create/schedule-step.tsx';
import {
  useDestination,
  useDestinationKinds,
  useExport,
  useForgetExport,
  type DestinationKind,
  type ExportDetail,
} from './data.ts';
import { ABOVE_EXPORTS } from './export-page.tsx';

export function EditPage(): ReactNode {
  const { id = '' } = useParams();
  const { data: detail, error } = useExport(id);
  const kindName = useDestination(detail?.destination_id ?? '').data?.kind;
  const kind = useDestinationKinds().data?.find((one) => one.kind === kindName);
  if (detail === undefined || kind === undefined) {
    return (
      <Page title="Change an export" above={ABOVE_EXPORTS}>
        {error !== null && <ProblemAlert error={error} />}
      </Page>
    );
  }
  return <Form key={detail.version} detail={detail} kind={kind} />;
}

/** Runs that have begun keep the settings they began with. */
function Form({ detail, kind }: { detail: ExportDetail; kind: DestinationKind }): ReactNode {
  const api = useApi();
  const navigate = useNavigate();
  const { id } = detail;
  const forget = useForgetExport(id);
  const [draft, setDraft] = useState(() => draftOf(detail));
  const save = async (): Promise<void> => {
    const body = { name: draft.name, ...readingBody(draft), ...scheduleBody(draft) };
    await api.PATCH('/api/v1/exports/{id}', { params: { path: { id } }, body });
    await forget();
    notifications.show({ message: `${draft.name} is changed, from its next run on.` });
    await navigate(`/exports/${id}/settings`);
  };
  return (
    <Page
      title={`Change ${detail.name}`}
      above={[...ABOVE_EXPORTS, { to: `/exports/${id}`, label: detail.name }]}
      subtitle="A run that has begun keeps the settings it began with."
    >
      <Stack maw={720}>
        <RowsFields kind={kind} draft={draft} onChange={setDraft} fixedModel />
        <ScheduleStep draft={draft} onChange={setDraft} action="Save" onDone={save} />
      </Stack>
    </Page>
  );
}
