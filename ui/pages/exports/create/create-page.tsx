import { Stepper } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type ReactNode } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { answer } from '../../../../api-client/index.ts';
import { browserZone } from '../../../parts/format.ts';
import { Page } from '../../../parts/page.tsx';
import { Pending } from '../../../parts/pending.tsx';
import { ProblemAlert } from '../../../parts/problem-alert.tsx';
import { useApi } from '../../../session/session.tsx';
import { useDestinationKinds, useExport, useForgetExport, type DestinationKind, type ExportDetail } from '../data.ts';
import { ABOVE_EXPORTS } from '../export-page.tsx';
import { DestinationStep } from './destination-step.tsx';
import { createBody, draftOf, newDraft, type Draft } from './draft.ts';
import { RowsStep } from './rows-step.tsx';
import { ScheduleStep } from './schedule-step.tsx';

const ABOVE = [...ABOVE_EXPORTS, { to: '/exports/new', label: 'New export' }];

export function CreatePage(): ReactNode {
  const { kind: name = '' } = useParams();
  const [search] = useSearchParams();
  const clone = search.get('clone') ?? '';
  const { data: kinds, error } = useDestinationKinds();
  const kind = kinds?.find((one) => one.kind === name);
  if (kind === undefined) {
    return (
      <Page title="New export" above={ABOVE}>
        {kinds === undefined ? (
          <Pending error={error} />
        ) : (
          <ProblemAlert error={new Error(`There is no destination of the kind ${name}.`)} />
        )}
      </Page>
    );
  }
  return clone === '' ? (
    <Wizard kind={kind} into={search.get('destination') ?? undefined} />
  ) : (
    <Cloned kind={kind} exportId={clone} />
  );
}

function Cloned({ kind, exportId }: { kind: DestinationKind; exportId: string }): ReactNode {
  const { data, error } = useExport(exportId);
  return data === undefined ? (
    <Page title={`New export to ${kind.title}`} above={ABOVE}>
      <Pending error={error} />
    </Page>
  ) : (
    <Wizard kind={kind} source={data} />
  );
}

interface WizardProps {
  kind: DestinationKind;
  /** What it is a copy of. */
  source?: ExportDetail;
  /** The destination that is chosen at first. */
  into?: string | undefined;
}

/** Three steps: where to, which rows, how often. */
function Wizard({ kind, source, into = source?.destination_id }: WizardProps): ReactNode {
  const api = useApi();
  const navigate = useNavigate();
  const forget = useForgetExport('');
  const [step, setStep] = useState(0);
  const [destinationId, setDestinationId] = useState(into);
  const [draft, setDraft] = useState<Draft>(() =>
    source === undefined ? newDraft(kind, browserZone()) : { ...draftOf(source), name: `Copy of ${source.name}` },
  );
  const create = async (): Promise<void> => {
    const created = await answer(api.POST('/api/v1/exports', { body: createBody(draft, destinationId ?? '') }));
    await forget();
    notifications.show({ message: `${created.name} is created. Its first run starts when the interval has ended.` });
    await navigate(`/exports/${created.id}`);
  };
  return (
    <Page title={`New export to ${kind.title}`} subtitle={kind.summary} above={ABOVE}>
      <Stepper active={step} onStepClick={setStep} allowNextStepsSelect={false}>
        <Stepper.Step label="Destination" description="Where to">
          <DestinationStep
            kind={kind}
            chosen={destinationId}
            onChosen={(id) => {
              setDestinationId(id);
              setStep(1);
            }}
          />
        </Stepper.Step>
        <Stepper.Step label="Rows" description="What">
          <RowsStep
            kind={kind}
            draft={draft}
            destinationId={destinationId ?? ''}
            onChange={setDraft}
            onNext={() => {
              setStep(2);
            }}
          />
        </Stepper.Step>
        <Stepper.Step label="Schedule" description="How often">
          <ScheduleStep draft={draft} onChange={setDraft} action="Create the export" onDone={create} />
        </Stepper.Step>
      </Stepper>
    </Page>
  );
}
