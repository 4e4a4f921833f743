import { IconCloud, IconDatabase, IconFile, IconWorld, type Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import { Catalogue } from '../../../parts/catalogue.tsx';
import { Page } from '../../../parts/page.tsx';
import { Pending } from '../../../parts/pending.tsx';
import { ProblemAlert } from '../../../parts/problem-alert.tsx';
import { useDestination, useDestinationKinds, useExport } from '../data.ts';
import { ABOVE_EXPORTS } from '../export-page.tsx';

const ICONS: Readonly<Record<string, Icon>> = {
  s3: IconCloud,
  gcs: IconCloud,
  'azure-blob': IconCloud,
  file: IconFile,
  http: IconWorld,
};

/** Where to? The catalogue of destinations. */
export function NewExportPage(): ReactNode {
  const [search] = useSearchParams();
  const clone = search.get('clone');
  const { data, error } = useDestinationKinds();
  if (clone !== null) {
    return <ToCloned exportId={clone} />;
  }
  const items = (data ?? []).map(({ kind, title, summary }) => {
    const Sign = ICONS[kind] ?? IconDatabase;
    return { id: kind, title, summary, icon: <Sign size={20} stroke={1.6} />, to: `/exports/new/${kind}` };
  });
  return (
    <Page title="New export" subtitle="Where shall the rows go?" above={ABOVE_EXPORTS}>
      {error !== null && <ProblemAlert error={error} />}
      <Catalogue label="destinations" items={items} />
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
