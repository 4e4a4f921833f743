import { NumberInput, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answer, type Schemas } from '../../../api-client/index.ts';
import { DialogButton } from '../../parts/dialog-button.tsx';
import { count } from '../../parts/format.ts';
import { LabelledProgress } from '../../parts/labelled-progress.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { SubmitForm } from '../../parts/submit-form.tsx';
import { Time } from '../../parts/time.tsx';
import { useApi, useCan } from '../../session/session.tsx';

type ExportRows = Schemas['Quotas']['export_rows'];

/** How much of today's quota of exported rows is used. Owners change it. */
export function ExportQuota({ quota }: { quota: ExportRows }): ReactNode {
  const isOwner = useCan('admin');
  return (
    <SectionCard title="Exported rows today" actions={isOwner ? <Change quota={quota} /> : undefined}>
      {quota.limit === null ? (
        <Text size="sm">
          <span className="figures">{count(quota.used)}</span> rows. There is no quota.
        </Text>
      ) : (
        <Limited {...quota} limit={quota.limit} />
      )}
    </SectionCard>
  );
}

function Limited({ limit, used, renews_at: renewsAt }: ExportRows & { limit: number }): ReactNode {
  const percent = limit === 0 ? 100 : Math.min(100, Math.floor((used / limit) * 100));
  return (
    <Stack gap="xs">
      <LabelledProgress label="Exported rows of the quota" percent={percent} etaSeconds={null} active={false} />
      <Text size="sm">
        <span className="figures">
          {count(used)} of {count(limit)}
        </span>{' '}
        rows. The quota renews <Time at={renewsAt} />, at midnight UTC. What it stops is exported then, but for
        intervals with more rows than the quota of a whole day: they wait until you raise it.
      </Text>
    </Stack>
  );
}

function Change({ quota }: { quota: ExportRows }): ReactNode {
  return (
    <DialogButton label="Change quota" title="Rows that exports may load in a day">
      {(close) => <QuotaForm limit={quota.limit} close={close} />}
    </DialogButton>
  );
}

/** An empty field is no quota. */
function QuotaForm({ limit, close }: { limit: number | null; close: () => void }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const [rows, setRows] = useState<number | string>(limit ?? '');
  const save = async (): Promise<void> => {
    const wanted = rows === '' ? null : Number(rows);
    await answer(api.PATCH('/api/v1/quotas', { body: { export_rows_per_day: wanted } }));
    await queries.invalidateQueries({ queryKey: ['usage'] });
    close();
  };
  return (
    <SubmitForm action="Save" onSubmit={save}>
      <NumberInput
        data-autofocus
        label="Rows a day"
        description="Of all exports of the team together, by UTC day. Leave it empty for no quota."
        min={0}
        allowDecimal={false}
        thousandSeparator=","
        value={rows}
        onChange={setRows}
      />
    </SubmitForm>
  );
}
