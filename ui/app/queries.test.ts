import { afterEach, expect, test } from '@jest/globals';
import { beginSession, endSession, type Session } from '../session/store.ts';
import { createQueries } from './queries.ts';

const key = (text: string): Session => ({ kind: 'key', key: text });
const inTeam = (teamId: number, csrfToken = 'c'): Session => ({
  ...{ kind: 'user', user: { email: 'ada@example.com', name: 'Ada' }, csrfToken, teamId },
  teams: [1, 2].map((id) => ({ id, name: `Team ${String(id)}`, role: 'owner' })),
});

afterEach(endSession);

test.each<[string, Session, () => void]>([
  ['a key that is refused', key('a'), endSession],
  [
    'another key',
    key('a'),
    () => {
      beginSession(key('b'));
    },
  ],
  [
    'a person after a key',
    key('a'),
    () => {
      beginSession(inTeam(1));
    },
  ],
  [
    'another team of the same person',
    inTeam(1),
    () => {
      beginSession(inTeam(2));
    },
  ],
])('%s leaves nothing of what was shown before', (_name, before, change) => {
  beginSession(before);
  const queries = createQueries();
  queries.setQueryData(['capture'], { token: 'of the one before' });
  change();
  expect(queries.getQueryData(['capture'])).toBeUndefined();
});

test('the same person in the same team goes on with what is there', () => {
  beginSession(inTeam(1));
  const queries = createQueries();
  queries.setQueryData(['overview'], 1);
  beginSession(inTeam(1, 'renewed'));
  expect(queries.getQueryData(['overview'])).toBe(1);
});
