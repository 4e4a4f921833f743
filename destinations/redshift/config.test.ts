import { describe, expect, test } from '@jest/globals';
import { redshiftConfigSchema } from './config.ts';
import { generationIn, namesOf } from './names.ts';
import { qualified, quoteText, sameIdentifier } from './sql.ts';

const CONFIG = {
  region: 'eu-central-1',
  workgroupName: 'analytics',
  database: 'dev',
  table: 'events',
  accessKeyId: 'AKIA',
  secretAccessKey: 'secret',
  bucket: 'staging-bucket',
};

describe('the config', () => {
  test('has defaults', () => {
    expect(redshiftConfigSchema.parse(CONFIG)).toMatchObject({
      schema: 'public',
      mode: 'copy',
      prefix: 'sluice-staging',
      copyRole: 'default',
      jsonType: 'super',
      schemaPolicy: 'auto',
    });
  });

  test.each([
    ['clusterIdentifier', { workgroupName: undefined }],
    ['clusterIdentifier', { clusterIdentifier: 'one' }],
    ['dbUser', { dbUser: 'loader' }],
    ['dbUser', { workgroupName: undefined, clusterIdentifier: 'one', dbUser: 'a', secretArn: ARN() }],
    ['secretArn', { secretArn: 'secret' }],
    ['copyRole', { copyRole: `arn:aws:iam::123456789012:role/x' MAXERROR 1 '` }],
    ['region', { region: 'eu-central-1.evil.example' }],
    ['bucket', { bucket: undefined }],
    ['bucket', { mode: 'insert' }],
    ['secretAccessKey', { secretAccessKey: undefined }],
    ['externalId', { roleArn: 'arn:aws:iam::123456789012:role/x' }],
    ['prefix', { prefix: '/absolute' }],
    ['prefix', { prefix: '' }],
    ['table', { table: 'x'.repeat(128) }],
    ['schemaPolicy', { schemaPolicy: 'perhaps' }],
  ])('names %s when it is wrong: %j', (field, change) => {
    const result = redshiftConfigSchema.safeParse({ ...CONFIG, ...change });
    expect(result.error?.issues.map(({ path }) => path[0])).toContain(field);
  });
});

function ARN(): string {
  return 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:redshift-AbCdEf';
}

describe('names', () => {
  const context = { exportId: 'e1', runId: 'r1', generation: 3, interval: { startMicros: 1, endMicros: 2 } };
  const config = redshiftConfigSchema.parse(CONFIG);
  const names = namesOf(config, context);

  test('tell tables, exports, intervals and generations apart', () => {
    const others = [
      namesOf({ ...config, table: 'other' }, context),
      namesOf(config, { ...context, exportId: 'e2' }),
      namesOf(config, { ...context, interval: { startMicros: 1, endMicros: 3 } }),
      namesOf(config, { ...context, generation: 4 }),
    ];
    expect(namesOf(config, { ...context, runId: 'r2' }).ownStagePrefix).not.toBe(names.ownStagePrefix);
    const all = [names, ...others].map((each) => [each.stage('a'), each.chunkKey(0, 'l'), each.manifestKey('a')]);
    expect(new Set(all.flat()).size).toBe(15);
    expect(new Set([names, ...others].map(({ ledger }) => ledger)).size).toBe(2);
  });

  test('are the same however the table is written', () => {
    expect(namesOf({ ...config, table: 'EVENTS' }, context)).toMatchObject({
      ledger: names.ledger,
      target: names.target,
      keyPrefix: names.keyPrefix,
    });
  });

  test('fit and tell their generation', () => {
    expect(Buffer.byteLength(names.stage('a'.repeat(12)))).toBeLessThanOrEqual(63);
    expect(generationIn(names.stage('a'), names.stagePrefix)).toBe(3);
    expect(generationIn(names.chunkKey(7, 'l'), names.keyPrefix)).toBe(3);
    expect(generationIn(names.manifestKey('a'), names.keyPrefix)).toBe(3);
    expect(generationIn(names.statement, names.statementPrefix)).toBe(3);
    expect(generationIn('events', names.stagePrefix)).toBeUndefined();
  });
});

test('identifiers are folded and quoted, literals escaped for a server that reads backslashes', () => {
  expect(qualified({ schema: 'Public', name: 'My"Table' })).toBe('"public"."my""table"');
  expect(sameIdentifier('UserId', 'userid')).toBe(true);
  expect(quoteText(String.raw`it's \ here`)).toBe(String.raw`'it\'s \\ here'`);
});
