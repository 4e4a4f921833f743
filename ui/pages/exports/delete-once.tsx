import type { ReactNode } from 'react';
import { RemoveButton } from '../../parts/remove-button.tsx';
import { useApi } from '../../session/session.tsx';
import type { OnDemandExport } from './data.ts';

const STAYS = 'What its run did, with the log, stays on record.';
const TEXT = {
  download: `The links to its files end at once, and the files are removed within minutes, with their manifest. ${STAYS}`,
  destination: `It leaves this list. What has arrived at its destination stays there: Sluice never removes it. ${STAYS}`,
};

/** Deletes an export of one range that has ended; says first what goes and what stays. */
export function DeleteOnce({ id, name, download }: Pick<OnDemandExport, 'id' | 'name' | 'download'>): ReactNode {
  const api = useApi();
  return (
    <RemoveButton
      label={`Delete ${name}`}
      title={`Delete ${name}?`}
      text={download ? TEXT.download : TEXT.destination}
      action="Delete"
      forget={['on-demand']}
      remove={() => api.DELETE('/api/v1/on-demand-exports/{id}', { params: { path: { id } } })}
    />
  );
}
