import type { Destination } from './data.ts';

const PLACE = [
  'bucket',
  'container',
  'directory',
  'host',
  'account',
  'project_id',
  'url',
  'prefix',
  'database',
  'table',
];

/** Where rows go, from settings that are no secrets. */
export function placeOf({ config }: Pick<Destination, 'config'>): string {
  return PLACE.map((name) => config[name])
    .filter((value) => typeof value === 'string' && value !== '')
    .join(' · ');
}
