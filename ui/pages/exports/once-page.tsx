import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { Page } from '../../parts/page.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { ZoneNote } from '../../parts/time.tsx';
import { useCan } from '../../session/session.tsx';
import { ABOVE_EXPORTS } from './export-page.tsx';
import { OnceForm } from './once-form.tsx';
import { OnceTable } from './once-table.tsx';

/** Exports of one range, once. `?from=` names an export whose settings are taken over. */
export function OncePage(): ReactNode {
  const [search] = useSearchParams();
  return (
    <Page
      title="Export once"
      subtitle="Any range, without a schedule, as files to download or to a destination."
      above={ABOVE_EXPORTS}
    >
      <Stack>
        {useCan('write') && (
          <SectionCard title="New">
            <OnceForm sourceId={search.get('from') ?? undefined} />
          </SectionCard>
        )}
        <OnceTable />
        <ZoneNote />
      </Stack>
    </Page>
  );
}
