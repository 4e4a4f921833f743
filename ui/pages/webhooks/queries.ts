import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { answer, type ApiClient, type Schemas } from '../../../api-client/index.ts';
import { useApi } from '../../session/session.tsx';

export type Webhook = Schemas['Webhook'];
export type Attempt = Schemas['Attempt'];

/** How often pages that show something happening ask again. */
export const LIVE_MS = 3_000;

const readState = (api: ApiClient, id: string) =>
  answer(api.GET('/api/v1/webhooks/{id}/state', { params: { path: { id } } }));
export type WebhookState = Awaited<ReturnType<typeof readState>>;

const readStats = (api: ApiClient, id: string, since: string) =>
  answer(api.GET('/api/v1/webhooks/{id}/stats', { params: { path: { id }, query: { since } } }));
export type WebhookStats = Awaited<ReturnType<typeof readStats>>;

/** Everything of one webhook lies below this key: a change invalidates it as a whole. */
export const webhookKey = (id: string): readonly string[] => ['webhook', id];

export function useWebhook(id: string): UseQueryResult<Webhook> {
  const api = useApi();
  return useQuery({
    queryKey: webhookKey(id),
    queryFn: () => answer(api.GET('/api/v1/webhooks/{id}', { params: { path: { id } } })),
  });
}

/** What Sluice thinks of the endpoint. */
export function useWebhookState(id: string): UseQueryResult<WebhookState> {
  const api = useApi();
  return useQuery({
    queryKey: [...webhookKey(id), 'state'],
    queryFn: () => readState(api, id),
    refetchInterval: LIVE_MS,
  });
}

/** Figures of the last `hours`. */
export function useWebhookStats(id: string, hours: number, refreshMs = LIVE_MS): UseQueryResult<WebhookStats> {
  const api = useApi();
  return useQuery({
    queryKey: [...webhookKey(id), 'stats', hours],
    queryFn: () => readStats(api, id, new Date(Date.now() - hours * 3_600_000).toISOString()),
    refetchInterval: refreshMs,
  });
}
