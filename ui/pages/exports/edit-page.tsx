import { Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type ReactNode } from 'react';
import { useNavigate, useParams } from 'react-router';
import { ChangedElsewhere } from '../../edits/changed-elsewhere.tsx';
import { useSeen, type Seen } from '../../edits/use-seen.ts';
import { Page } from '../../parts/page.tsx';
import { Pending } from '../../parts/pending.tsx';
import { useApi } from '../../session/session.tsx';
import { draftOf, patchBody } from './create/draft.ts';
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
  const destination = useDestination(detail?.destination_id ?? '');
  const kinds = useDestinationKinds();
  const kind = kinds.data?.find((one) => one.kind === destination.data?.kind);
  if (detail === undefined || kind === undefined) {
    return (
      <Page title="Change an export" above={ABOVE_EXPORTS}>
        <Pending error={error ?? destination.error ?? kinds.error} />
      </Page>
    );
  }
  return <Edit key={id} detail={detail} kind={kind} />;
}

function Edit({ detail, kind }: { detail: ExportDetail; kind: DestinationKind }): ReactNode {
  const seen = useSeen(detail);
  return <Form key={seen.thing.version} seen={seen} current={detail} kind={kind} />;
}

interface FormProps {
  seen: Seen<ExportDetail>;
  current: ExportDetail;
  kind: DestinationKind;
}

/** Runs that have begun keep the settings they began with. */
function Form({ seen, current, kind }: FormProps): ReactNode {
  const api = useApi();
  const navigate = useNavigate();
  const { id, name } = seen.thing;
  const forget = useForgetExport(id);
  const [draft, setDraft] = useState(() => draftOf(seen.thing));
  const save = async (): Promise<void> => {
    const request = { params: { path: { id } }, headers: seen.ifMatch, body: patchBody(draft, seen.thing) };
    await api.PATCH('/api/v1/exports/{id}', request).catch(async (error: unknown) => {
      await forget();
      throw error;
    });
    notifications.show({ message: `${draft.name} is changed, from its next run on.` });
    await navigate(`/exports/${id}/settings`);
    await forget();
  };
  return (
    <Page
      title={`Change ${name}`}
      above={[...ABOVE_EXPORTS, { to: `/exports/${id}`, label: name }]}
      subtitle="A run that has begun keeps the settings it began with."
    >
      <Stack maw={720}>
        <ScheduleStep draft={draft} onChange={setDraft} action="Save" onDone={save}>
          <RowsFields kind={kind} draft={draft} onChange={setDraft} fixedModel />
        </ScheduleStep>
        <ChangedElsewhere seen={seen} current={current} action="Save" />
      </Stack>
    </Page>
  );
}
