import { keepPreviousData, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { answer, type paths, type Schemas } from '../../../api-client/index.ts';
import { useApi } from '../../session/session.tsx';
import type { ListState } from '../../parts/data-table.tsx';
import { usePages } from '../../parts/use-pages.ts';

export type Export = Schemas['Export'];
export type ExportItem = Schemas['ExportItem'];
type ExportQuery = NonNullable<paths['/api/v1/exports']['get']['parameters']['query']>;
type DestinationQuery = NonNullable<paths['/api/v1/destinations']['get']['parameters']['query']>;
type NextRuns = paths['/api/v1/exports/{id}/next-runs']['get']['responses']['200']['content']['application/json'];
export type ExportDetail = Schemas['ExportDetail'];
export type Run = Schemas['Run'];
export type RunDetail = Schemas['RunDetail'];
export type Backfill = Schemas['Backfill'];
export type BackfillInterval = Schemas['BackfillInterval'];
export type Destination = Schemas['Destination'];
export type DestinationItem = Schemas['DestinationItem'];
export type DestinationKind = Schemas['DestinationKind'];
export type DryRun = Schemas['DryRun'];
export type OnDemandExport = Schemas['OnDemandExport'];
export type Reconciliation = Schemas['Reconciliation'];
export type LateData = Schemas['LateData'];

export const EXPORT_HEALTHS = ['healthy', 'degraded', 'failing', 'paused', 'paused_auto', 'idle'] as const;

const RUNNING_REFRESH_MS = 3_000;
const IDLE_REFRESH_MS = 15_000;
const NEXT_RUN_REFRESH_MS = 30_000;
/** As many as somebody looks through before they type. */
const OFFERED_DESTINATIONS = '20';
/** What a chart of runs, the last run and a row of the list show. */
const RECENT_RUNS = '60';

/** With how each does. */
export function useExports(
  filter: Partial<Record<'q' | 'health' | 'kind' | 'destination_id', string>>,
): ListState<ExportItem> {
  const api = useApi();
  return usePages<ExportItem>({
    key: ['exports', filter],
    read: (page) => {
      const query = { ...page, ...filter, summary: 'true' } as ExportQuery;
      return answer(api.GET('/api/v1/exports', { params: { query } }));
    },
    refreshMs: IDLE_REFRESH_MS,
    keepShown: true,
  });
}

/** With how the exports into each do. */
export function useDestinations(filter: Partial<Record<'q' | 'health' | 'kind', string>>): ListState<DestinationItem> {
  const api = useApi();
  return usePages<DestinationItem>({
    key: ['destinations', 'pages', filter],
    read: (page) => {
      const query = { ...page, ...filter, summary: 'true' } as DestinationQuery;
      return answer(api.GET('/api/v1/destinations', { params: { query } }));
    },
    refreshMs: IDLE_REFRESH_MS,
    keepShown: true,
  });
}

/** Everything of one export lies below this key. */
export const exportKey = (id: string): readonly string[] => ['export', id];

/** Nothing is asked for without an id. */
export function useExport(id: string): UseQueryResult<ExportDetail> {
  const api = useApi();
  return useQuery({
    queryKey: exportKey(id),
    queryFn: () => answer(api.GET('/api/v1/exports/{id}', { params: { path: { id } } })),
    enabled: id !== '',
    refetchInterval: IDLE_REFRESH_MS,
  });
}

/** The newest runs, newest first. */
export function useRecentRuns(exportId: string): UseQueryResult<Run[]> {
  const api = useApi();
  return useQuery({
    queryKey: ['export', exportId, 'recent-runs'],
    queryFn: async () => {
      const params = { path: { id: exportId }, query: { limit: RECENT_RUNS } };
      return (await answer(api.GET('/api/v1/exports/{id}/runs', { params }))).items;
    },
    refetchInterval: ({ state }) => (state.data?.some(isOpen) === true ? RUNNING_REFRESH_MS : IDLE_REFRESH_MS),
  });
}

/** The interval that the schedule is due for next; it begins where the last one has ended. */
export function useNextRun(exportId: string): UseQueryResult<NextRuns> {
  const api = useApi();
  return useQuery({
    queryKey: ['export', exportId, 'next-runs'],
    queryFn: () =>
      answer(api.GET('/api/v1/exports/{id}/next-runs', { params: { path: { id: exportId }, query: { count: '1' } } })),
    refetchInterval: NEXT_RUN_REFRESH_MS,
  });
}

export function useRun(id: string): UseQueryResult<RunDetail> {
  const api = useApi();
  return useQuery({
    queryKey: ['run', id],
    queryFn: () => answer(api.GET('/api/v1/runs/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data !== undefined && !isOpen(state.data) ? false : RUNNING_REFRESH_MS),
  });
}

export function isOpen(run: Run): boolean {
  return run.finished_at === null;
}

/** The newest destinations that fit. While somebody types, what was found before stays. */
export function useFoundDestinations(wanted: { q?: string; kind?: string }): UseQueryResult<{ items: Destination[] }> {
  const api = useApi();
  return useQuery({
    queryKey: ['destinations', 'found', wanted],
    queryFn: () =>
      answer(api.GET('/api/v1/destinations', { params: { query: { ...wanted, limit: OFFERED_DESTINATIONS } } })),
    placeholderData: keepPreviousData,
  });
}

/** Nothing is asked for without an id. */
export function useDestination(id: string): UseQueryResult<Destination> {
  const api = useApi();
  return useQuery({
    queryKey: ['destination', id],
    queryFn: () => answer(api.GET('/api/v1/destinations/{id}', { params: { path: { id } } })),
    enabled: id !== '',
  });
}

export function useDestinationKinds(): UseQueryResult<DestinationKind[]> {
  const api = useApi();
  return useQuery({
    queryKey: ['destination-kinds'],
    queryFn: async () => (await answer(api.GET('/api/v1/destination-kinds'))).items,
    staleTime: Infinity,
  });
}

/** After a change: everything of an export is asked for again. */
export function useForgetExport(id: string): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['export', id] }),
      queries.invalidateQueries({ queryKey: ['exports'] }),
      queries.invalidateQueries({ queryKey: ['run'] }),
    ]);
  };
}
