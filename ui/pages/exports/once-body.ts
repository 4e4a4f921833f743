import type { paths } from '../../../api-client/index.ts';
import type { Export } from './data.ts';

type OnceBody = NonNullable<paths['/api/v1/on-demand-exports']['post']['requestBody']>['content']['application/json'];

export const DOWNLOAD = 'download';

export interface OnceWish {
  name: string;
  range: { from: string; to: string };
  /** Of an export of events; empty: all of them. */
  events: readonly string[];
  /** The id of a destination, or DOWNLOAD. */
  to: string;
}

/** Everything of the source but what the form has fields for: its rows, columns, privacy and format. */
export function onceBody({ name, range, events, to }: OnceWish, source: Export | undefined): OnceBody {
  const { include_events: _before, ...filter } = source?.filter ?? {};
  const only = events.length > 0 ? { include_events: [...events] } : {};
  return {
    ...{ name, ...range },
    ...(to === DOWNLOAD ? { download: true } : { destination_id: to }),
    ...(source === undefined ? {} : { from_export: source.id }),
    // A query says itself which rows it wants.
    ...(source?.model === 'sql' ? {} : { filter: { ...filter, ...only } }),
  };
}
