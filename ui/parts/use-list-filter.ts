import { useDebouncedValue } from '@mantine/hooks';
import { useSearchParams } from 'react-router';

/** Nobody wants a question per key stroke. */
const TYPING_MS = 300;

export interface ListFilter<Name extends string> {
  /** As it is typed and chosen; empty: any. */
  valueOf: (name: Name | 'q') => string;
  set: (name: Name | 'q', value: string) => void;
  /** What the list is asked for, a moment later; without what is empty. */
  query: Partial<Record<Name | 'q', string>>;
  isSet: boolean;
}

/** The filter of a list is part of the address of its page, so that it can be sent to somebody. */
export function useListFilter<Name extends string>(names: readonly Name[]): ListFilter<Name> {
  const [search, setSearch] = useSearchParams();
  const [settled] = useDebouncedValue(search.toString(), TYPING_MS);
  const all = ['q', ...names] as const;
  return {
    valueOf: (name) => search.get(name) ?? '',
    set: (name, value) => {
      const next = new URLSearchParams(search);
      if (value === '') {
        next.delete(name);
      } else {
        next.set(name, value);
      }
      setSearch(next, { replace: true, preventScrollReset: true });
    },
    query: queryOf(new URLSearchParams(settled), all),
    isSet: all.some((name) => (search.get(name) ?? '') !== ''),
  };
}

function queryOf<Name extends string>(search: URLSearchParams, names: readonly Name[]): Partial<Record<Name, string>> {
  const given = names.map((name) => [name, search.get(name)?.trim() ?? '']).filter(([, value]) => value !== '');
  return Object.fromEntries(given) as Partial<Record<Name, string>>;
}
