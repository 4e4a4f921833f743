import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { columnsText, privacyText } from '../rules.ts';
import type { Draft } from './draft.ts';

/** Of a copy or a change: settings without fields here, which stay as they are. */
export function KeptRules({ draft: { model, columns, privacy } }: { draft: Draft }): ReactNode {
  const kept = [
    ...(model === 'events' && columns !== null ? [`Columns: ${columnsText(columns)}.`] : []),
    ...(privacy === null ? [] : [`Privacy: ${privacyText(privacy)}.`]),
  ];
  return kept.length === 0 ? null : (
    <Text size="sm" role="note" className="break-anywhere">
      {kept.join(' ')} They stay as they are; the API changes them.
    </Text>
  );
}
