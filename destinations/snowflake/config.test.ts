import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { snowflakeConfigSchema } from './config.ts';
import { fold, quoteText } from './identifiers.ts';
import { generationIn, namesOf, stageLocation } from './names.ts';
import { contextOf } from '../../test/conformance/context.ts';

const GOOD = { account: 'myorg-acct', user: 'loader', password: 'p', warehouse: 'wh', database: 'db', table: 'events' };
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const plain = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const locked = privateKey
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' })
  .toString();
const { password: _password, ...KEYLESS } = GOOD;

function problems(config: Record<string, unknown>): string[] {
  return snowflakeConfigSchema.safeParse(config).error?.issues.map(({ path }) => path.join('.')) ?? [];
}

describe('config', () => {
  test('a password, or a key that its passphrase opens', () => {
    expect(snowflakeConfigSchema.parse(GOOD)).toMatchObject({ schema: 'PUBLIC', schemaPolicy: 'auto' });
    expect(problems({ ...KEYLESS, privateKey: plain })).toEqual([]);
    expect(problems({ ...KEYLESS, privateKey: locked, privateKeyPassphrase: 'open sesame' })).toEqual([]);
  });

  test.each([
    ['both', { ...GOOD, privateKey: plain }, 'password'],
    ['neither', KEYLESS, 'password'],
    ['a wrong passphrase', { ...KEYLESS, privateKey: locked, privateKeyPassphrase: 'x' }, 'privateKey'],
    ['no key', { ...KEYLESS, privateKey: 'no key' }, 'privateKey'],
    ['a host as account', { ...GOOD, account: 'acct.snowflakecomputing.com/x' }, 'account'],
    ['an address as account', { ...GOOD, account: 'evil.example.com:443' }, 'account'],
    ['a name with spaces', { ...GOOD, table: 'my events' }, 'table'],
    ['a backslash in a name', { ...GOOD, table: String.raw`"a\b"` }, 'table'],
    ["one of Sluice's names", { ...GOOD, table: '_sluice_ledger_1' }, 'table'],
  ])('%s is refused, naming the field', (_name, config, field) => {
    expect(problems(config)).toEqual([field]);
  });
});

describe('names', () => {
  test('fold as in SQL', () => {
    expect(['events', '"events"'].map(fold)).toEqual(['EVENTS', 'events']);
  });

  test('a literal escapes what ends it, and the escape', () => {
    expect(quoteText(String.raw`it's \n`)).toBe(String.raw`'it\'s \\n'`);
  });

  test('what belongs to one interval is told from all others by a hash and a slash', () => {
    const context = contextOf();
    const config = { database: 'db', schema: 'public', table: 'events' };
    const [one, two] = [namesOf(config, context), namesOf(config, { ...context, generation: 1 })];
    expect(one.ledger).toBe(two.ledger);
    expect(one.filePrefix).toBe(two.filePrefix);
    expect(one.mine).not.toBe(two.mine);
    expect(one.files('x').startsWith(one.mine)).toBe(true);
    expect(generationIn(two.mine, two.filePrefix)).toBe(1);
    expect(generationIn(two.stage('ABC'), two.stagePrefix)).toBe(1);
    expect(generationIn('EVENTS', two.stagePrefix)).toBeUndefined();
    expect(namesOf(config, contextOf()).ledger).not.toBe(one.ledger);
  });

  test('the table stage of a table', () => {
    expect(stageLocation(`"DB"."it's"."T"`, 'a/')).toBe(String.raw`'@"DB"."it\'s".%"T"/a/'`);
  });
});
