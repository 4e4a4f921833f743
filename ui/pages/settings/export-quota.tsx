import { NumberInput, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Schemas } from '../../../api-client/index.ts';
import { ChangeDialog } from '../../edits/change-dialog.tsx';
import { count } from '../../parts/format.ts';
import { LabelledProgress } from '../../parts/labelled-progress.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { Time } from '../../parts/time.tsx';
import { useApi, useCan } from '../../session/session.tsx';

type Quotas = Schemas['Quotas'];
type ExportRows = Quotas['export_rows'];

/** How much of today's quota of exported rows is used. Owners change it. */
export function ExportQuota({ quotas }: { quotas: Quotas }): ReactNode {
  const quota = quotas.export_rows;
  const isOwner = useCan('admin');
  return (
    <SectionCard title="Exported rows today" actions={isOwner ? <Change quotas={quotas} /> : undefined}>
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

interface Draft {
  limit: number | string;
}

/** An empty field is no quota. What is used of it is no setting. */
function Change({ quotas: { version, export_rows: rows } }: { quotas: Quotas }): ReactNode {
  const api = useApi();
  return (
    <ChangeDialog
      label="Change quota"
      title="Rows that exports may load in a day"
      thing={{ version, rows_a_day: rows.limit }}
      shownIn={['usage']}
      draftOf={({ rows_a_day: limit }): Draft => ({ limit: limit ?? '' })}
      save={({ limit }, headers) =>
        api.PATCH('/api/v1/quotas', { headers, body: { export_rows_per_day: limit === '' ? null : Number(limit) } })
      }
    >
      {({ limit }, change) => (
        <NumberInput
          data-autofocus
          label="Rows a day"
          description="Of all exports of the team together, by UTC day. Leave it empty for no quota."
          min={0}
          allowDecimal={false}
          thousandSeparator=","
          value={limit}
          onChange={(typed) => {
            change({ limit: typed });
          }}
        />
      )}
    </ChangeDialog>
  );
}
