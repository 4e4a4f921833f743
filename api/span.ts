import { z } from 'zod';
import type { ApiDeps } from './deps.ts';
import { fieldError } from './problem.ts';

const MS_PER_DAY = 86_400_000;
const time = z.iso.datetime({ offset: true });

export const spanQuery = {
  from: time.optional().describe('A day before `to`, unless told.'),
  to: time.optional().describe('Now, unless told; excluded.'),
};

export interface Span {
  from: Date;
  to: Date;
}

/** Throws `range_empty`. */
export function spanOf(deps: ApiDeps, query: { from?: string | undefined; to?: string | undefined }, days = 1): Span {
  const to = query.to === undefined ? (deps.now?.() ?? new Date()) : new Date(query.to);
  const from = query.from === undefined ? new Date(to.getTime() - days * MS_PER_DAY) : new Date(query.from);
  if (from >= to) {
    throw fieldError('to', {
      code: 'range_empty',
      message: 'the range ends before it begins',
      remedy: 'Name a `to` that is after `from`.',
    });
  }
  return { from, to };
}
