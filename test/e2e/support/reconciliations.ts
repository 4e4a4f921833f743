import type { ApiCall } from '../../../dev/api-client.ts';
import { eventually } from '../../support/eventually.ts';
import { RUN_TIMEOUT_MS } from './export-runs.ts';

/** A reconciliation as the API shows it. */
export interface Reconciled {
  id: string;
  status: string;
  dry_run: boolean;
  intervals_compared: number;
  intervals_skipped: number;
  intervals_differing: number;
  intervals_repaired: number;
  rows_late: number;
  rows_lost: number;
  rows_surplus: number;
  rows_unknown: number;
  rows_gone_from_source: number;
  error_message: string | null;
  repairs: {
    interval_end: string;
    action: string;
    status: string;
    note: string | null;
    destination: string;
    run_id: string | null;
    files: { key: string; problem: string }[];
  }[];
}

/** Starts a reconciliation and waits for its end. */
export async function reconcile(
  api: ApiCall,
  exportId: string,
  { from, to, dryRun = false }: { from: string; to: string; dryRun?: boolean },
): Promise<Reconciled> {
  const path = `/exports/${exportId}/reconciliations`;
  const known = new Set((await api<{ items: Reconciled[] }>('GET', path)).items.map(({ id }) => id));
  await api('POST', `/exports/${exportId}/reconcile`, { from, to, dry_run: dryRun });
  return eventually(
    async () => {
      const { items } = await api<{ items: Reconciled[] }>('GET', path);
      const found = items.find(({ id, status }) => !known.has(id) && status !== 'running');
      if (found === undefined) {
        throw new Error(`not finished: ${JSON.stringify(items)}`);
      }
      return api<Reconciled>('GET', `${path}/${found.id}`);
    },
    { timeoutMs: RUN_TIMEOUT_MS, intervalMs: 200 },
  );
}

export async function lateData(
  api: ApiCall,
  exportId: string,
): Promise<{ interval_end: string; rows: number; loaded_by_run_id: string | null }[]> {
  return (await api<{ items: Awaited<ReturnType<typeof lateData>> }>('GET', `/exports/${exportId}/late-data`)).items;
}
