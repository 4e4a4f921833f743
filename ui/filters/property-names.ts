import { useQuery } from '@tanstack/react-query';
import { answer, type Schemas } from '../../api-client/index.ts';
import { useApi } from '../session/session.tsx';

const FRESH_MS = 60_000;
const NONE: Schemas['PropertyNames'] = { event: [], person: [] };

/** Those of the newest events; any other can be typed. */
export function usePropertyNames(): Schemas['PropertyNames'] {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['property-names'],
    queryFn: () => answer(api.GET('/api/v1/property-names')),
    staleTime: FRESH_MS,
  });
  return data ?? NONE;
}
