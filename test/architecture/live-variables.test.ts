import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { LIVE_ACCOUNTS, readAccount, variableOf } from '../live/accounts.ts';

const FOLDER = new URL('../live/', import.meta.url);
const PREFIX = 'SLUICE_LIVE_';

describe('live accounts', () => {
  test('each kind has a suite, and each suite an account', () => {
    const suites = readdirSync(FOLDER).flatMap((file) => /^(.+)\.test\.ts$/.exec(file)?.[1] ?? []);
    expect(suites.sort()).toEqual(Object.keys(LIVE_ACCOUNTS).sort());
  });

  test('the README names every variable', () => {
    const readme = readFileSync(new URL('README.md', FOLDER), 'utf8');
    const variables = Object.entries(LIVE_ACCOUNTS).flatMap(([kind, fields]) =>
      fields.map(({ field }) => `\`${variableOf(kind, field).replace(PREFIX, '')}\``),
    );
    expect(variables.filter((variable) => !readme.includes(variable))).toEqual([]);
  });

  test('variables become settings; a file may hold a value; what is missing is named', () => {
    const account = { [`${PREFIX}POSTGRES_HOST`]: 'db', [`${PREFIX}POSTGRES_PORT`]: '5433' };
    const rest = { [`${PREFIX}POSTGRES_USER`]: 'u', [`${PREFIX}POSTGRES_DATABASE`]: 'd' };
    const password = { [`${PREFIX}POSTGRES_PASSWORD_FILE`]: new URL('README.md', FOLDER).pathname };
    expect(readAccount('postgres', {})).toEqual({ state: 'absent' });
    expect(readAccount('postgres', { ...account, ...rest })).toEqual({
      state: 'incomplete',
      missing: [`${PREFIX}POSTGRES_PASSWORD`],
    });
    expect(readAccount('postgres', { ...account, ...rest, ...password })).toMatchObject({
      state: 'complete',
      config: { host: 'db', port: 5_433, password: expect.stringContaining('# Against real accounts') },
    });
  });
});
