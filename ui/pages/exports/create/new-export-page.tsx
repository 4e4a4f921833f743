import type { ReactNode } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import { Page } from '../../../parts/page.tsx';
import { Pending } from '../../../parts/pending.tsx';
import { useDestination, useExport } from '../data.ts';
import { ABOVE_EXPORTS } from '../export-page.tsx';
import { KindCards } from './kind-cards.tsx';

/** Where to? The catalogue of destinations. */
export function NewExportPage(): ReactNode {
  const [search] = useSearchParams();
  const clone = search.get('clone');
  if (clone !== null) {
    return <ToCloned exportId={clone} />;
  }
  return (
    <Page title="New export" subtitle="Where shall the rows go?" above={ABOVE_EXPORTS}>
      <KindCards base="/exports/new" />
    </Page>
  );
}

/** A copy goes to the same destination at first. */
function ToCloned({ exportId }: { exportId: string }): ReactNode {
  const record = useExport(exportId);
  const destination = useDestination(record.data?.destination_id ?? '');
  if (destination.data !== undefined) {
    return <Navigate to={`/exports/new/${destination.data.kind}?clone=${exportId}`} replace />;
  }
  return (
    <Page title="New export" above={ABOVE_EXPORTS}>
      <Pending error={record.error ?? destination.error} />
    </Page>
  );
}
