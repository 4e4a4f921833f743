import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { answer, type Schemas } from '../../../api-client/index.ts';
import type { Values } from '../../form/schema.ts';
import { count } from '../../parts/format.ts';
import { useApi } from '../../session/session.tsx';

export type DestinationCheck = Schemas['DestinationCheck'];

/**
 * Tries a stored destination; with `config` as it would be with these changes. A check of what is stored that passes
 * resumes the exports that Sluice has paused because of it: the person is told, and their pages show it.
 */
export function useDestinationCheck(id: string): (config?: Values) => Promise<DestinationCheck> {
  const api = useApi();
  const queries = useQueryClient();
  return async (config) => {
    const body = config === undefined ? {} : { config };
    const check = await answer(api.POST('/api/v1/destinations/{id}/check', { params: { path: { id } }, body }));
    const resumed = check.resumed_exports.length;
    if (resumed > 0) {
      notifications.show({ message: resumedText(resumed) });
      await Promise.all(['export', 'exports', 'overview'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
    }
    return check;
  };
}

function resumedText(exports: number): string {
  return exports === 1
    ? 'The destination works: its export runs again, and exports what it missed.'
    : `The destination works: ${count(exports)} exports run again, and export what they missed.`;
}
