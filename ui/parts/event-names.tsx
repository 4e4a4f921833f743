import type { TagsInputProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answer } from '../../api-client/index.ts';
import { useApi } from '../session/session.tsx';
import { ExactTags } from './exact-tags.tsx';

/** As many as the API gives at once. */
const LOOKED_AT = '100';
const FRESH_MS = 60_000;

/** Names of events: those of the newest are offered, any other can be typed. */
export function EventNames(props: Omit<TagsInputProps, 'data'>): ReactNode {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['event-names'],
    queryFn: async () => {
      const { items } = await answer(api.GET('/api/v1/events', { params: { query: { limit: LOOKED_AT } } }));
      return [...new Set(items.map(({ event }) => event))].toSorted();
    },
    staleTime: FRESH_MS,
  });
  return <ExactTags data={data ?? []} {...props} />;
}
