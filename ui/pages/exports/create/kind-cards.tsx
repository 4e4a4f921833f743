import { IconCloud, IconDatabase, IconFile, IconWorld, type Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Catalogue } from '../../../parts/catalogue.tsx';
import { ProblemAlert } from '../../../parts/problem-alert.tsx';
import { useDestinationKinds } from '../data.ts';

const ICONS: Readonly<Record<string, Icon>> = {
  s3: IconCloud,
  gcs: IconCloud,
  'azure-blob': IconCloud,
  file: IconFile,
  http: IconWorld,
};

/** The catalogue of destinations; each card goes to the page of its kind below `base`. */
export function KindCards({ base }: { base: string }): ReactNode {
  const { data, error } = useDestinationKinds();
  const items = (data ?? []).map(({ kind, title, summary }) => {
    const Sign = ICONS[kind] ?? IconDatabase;
    return { id: kind, title, summary, icon: <Sign size={20} stroke={1.6} />, to: `${base}/${kind}` };
  });
  return (
    <>
      {error !== null && <ProblemAlert error={error} />}
      <Catalogue label="destinations" items={items} />
    </>
  );
}
