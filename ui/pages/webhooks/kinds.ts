import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { answer, type Schemas } from '../../../api-client/index.ts';
import { useApi } from '../../session/session.tsx';

/** A kind of webhook, as the catalogue shows it. */
export type WebhookKind = Schemas['WebhookKind'];

/** What there is to choose from. It changes only with the server. */
export function useWebhookKinds(): UseQueryResult<WebhookKind[]> {
  const api = useApi();
  return useQuery({
    queryKey: ['webhook-kinds'],
    queryFn: async () => (await answer(api.GET('/api/v1/webhook-kinds'))).items,
    staleTime: Infinity,
  });
}

export function useWebhookKind(kind: string): WebhookKind | undefined {
  return useWebhookKinds().data?.find((offered) => offered.kind === kind);
}
