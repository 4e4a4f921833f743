import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  BatchExecuteStatementCommand,
  CancelStatementCommand,
  DescribeStatementCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  GetStatementResultV2Command,
  ListStatementsCommand,
  RedshiftDataClient,
} from '@aws-sdk/client-redshift-data';
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  STSClient,
  type AssumeRoleCommandOutput,
} from '@aws-sdk/client-sts';
import { eventually } from '../support/eventually.ts';
import { redshiftClient, type RedshiftClient } from './redshift-client.ts';
import { startRedshiftEmulator, type RedshiftEmulator } from './redshift/index.ts';

const ROLE = { arn: 'arn:aws:iam::444455556666:role/customer', externalId: 'sluice-team-1' };

let emulator: RedshiftEmulator;
let redshift: RedshiftClient;

beforeAll(async () => {
  emulator = await startRedshiftEmulator({
    assumableRoles: [ROLE],
    limits: { resultPageRows: 2, activeStatements: 4 },
  });
  redshift = redshiftClient(emulator);
});

afterEach(() => emulator.faults.clear());

afterAll(() => emulator.stop());

const clientWith = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) =>
  new RedshiftDataClient({ endpoint: emulator.endpoint, region: emulator.region, credentials, maxAttempts: 1 });

const describeOnce = (Id: string) => redshift.client.send(new DescribeStatementCommand({ Id }));

const started = (id: string) =>
  eventually(async () => {
    expect(await describeOnce(id)).toMatchObject({ Status: 'STARTED' });
  });

describe('one statement', () => {
  test('is submitted, finishes, and is described with times, user, rows and duration', async () => {
    const before = Date.now();
    const submitted = await redshift.client.send(
      new ExecuteStatementCommand({ ...redshift.place, Sql: 'SELECT 1 AS one' }),
    );
    expect(submitted.CreatedAt!.getTime()).toBeGreaterThanOrEqual(before - 1);
    expect(submitted.Status).toBe('SUBMITTED');
    const description = await redshift.ended(submitted.Id!);
    expect(description).toMatchObject({
      Status: 'FINISHED',
      HasResultSet: true,
      ResultRows: 1,
      DbUser: 'loader',
      Database: 'dev',
      QueryString: 'SELECT 1 AS one',
    });
    expect(description.Duration).toBeGreaterThan(0);
    expect(description.UpdatedAt!.getTime()).toBeGreaterThanOrEqual(before);
  });

  test('that fails says why and has no result', async () => {
    const description = await redshift.run('SELECT * FROM nowhere');
    expect(description).toMatchObject({ Status: 'FAILED', Error: 'ERROR: relation "nowhere" does not exist' });
    const result = redshift.client.send(new GetStatementResultCommand({ Id: description.Id! }));
    await expect(result).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('gives typed fields, 64-bit integers as digits, and NULL', async () => {
    const sql = `SELECT 7::smallint, 9007199254740991::bigint, 1.5::float8, 2.50::numeric(10,2), true,
      'ä'::varchar, '2026-01-02 03:04:05.123456'::timestamp, NULL::int`;
    const expected = [7, 9007199254740991, 1.5, '2.50', true, 'ä', '2026-01-02 03:04:05.123456', null];
    expect(await redshift.rows(sql)).toEqual([expected]);
    const { Id } = await redshift.must(`SELECT '{"a": 1}'::super AS s, to_varbyte('ab', 'utf8') AS b`);
    const { ColumnMetadata, Records } = await redshift.client.send(new GetStatementResultCommand({ Id }));
    expect(ColumnMetadata!.map(({ name, typeName }) => [name, typeName])).toEqual([
      ['s', 'super'],
      ['b', 'varbyte'],
    ]);
    expect(Buffer.from(Records![0]![1]!.blobValue!).toString()).toBe('ab');
  });

  test('takes named parameters as strings, typed by their place', async () => {
    await redshift.must('CREATE TABLE params (id INT, note VARCHAR(50))');
    await redshift.must(`INSERT INTO params SELECT :id, :note WHERE :id::int > 0`, { id: '5', note: `it's :id` });
    expect(await redshift.rows('SELECT * FROM params WHERE id = :id', { id: '5' })).toEqual([[5, `it's :id`]]);
    await expect(redshift.run('SELECT 1', { unused: 'x' })).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('has its result in pages', async () => {
    const { Id } = await redshift.must('SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3');
    const first = await redshift.client.send(new GetStatementResultCommand({ Id }));
    expect([first.Records!.length, first.TotalNumRows]).toEqual([2, 3]);
    const { NextToken } = first;
    const second = await redshift.client.send(new GetStatementResultCommand({ Id, NextToken }));
    expect(second.Records).toEqual([[{ longValue: 3 }]]);
    expect(second.NextToken).toBeUndefined();
  });

  test('gives CSV when asked for it', async () => {
    const request = { ...redshift.place, Sql: `SELECT 1 AS id, 'a,"b' AS text`, ResultFormat: 'CSV' as const };
    const { Id } = await redshift.client.send(new ExecuteStatementCommand(request));
    const result = await redshift.client.send(new GetStatementResultV2Command({ Id, WaitTimeSeconds: 30 }));
    expect(result.Records).toEqual([{ CSVRecords: 'id,text\r\n1,"a,""b"\r\n' }]);
  });

  test('runs once for one client token, and the token is bound to its SQL', async () => {
    await redshift.must('CREATE TABLE once (id INT)');
    const request = { ...redshift.place, Sql: 'INSERT INTO once VALUES (1)', ClientToken: 'token-1' };
    const first = await redshift.client.send(new ExecuteStatementCommand(request));
    const second = await redshift.client.send(new ExecuteStatementCommand(request));
    expect(second.Id).toBe(first.Id);
    await redshift.ended(first.Id!);
    expect(await redshift.rows('SELECT count(*) FROM once')).toEqual([[1]]);
    const other = redshift.client.send(new ExecuteStatementCommand({ ...request, Sql: 'SELECT 2' }));
    await expect(other).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('is cancelled in the database, and once only', async () => {
    await redshift.must('CREATE TABLE held (id INT)');
    const holder = emulator.faults.statement({ matches: /INSERT INTO held/, action: 'hang' });
    const blocker = await redshift.submitBatch('LOCK held', 'INSERT INTO held VALUES (1)');
    await eventually(() => expect(holder.hits()).toBe(1));
    const waiting = await redshift.submit('INSERT INTO held VALUES (2)');
    await started(waiting);
    expect(await redshift.client.send(new CancelStatementCommand({ Id: waiting }))).toMatchObject({ Status: true });
    expect(await redshift.ended(waiting)).toMatchObject({ Status: 'ABORTED' });
    await expect(redshift.client.send(new CancelStatementCommand({ Id: waiting }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('already in ABORTED state'),
    });
    holder.release();
    expect(await redshift.ended(blocker)).toMatchObject({ Status: 'FINISHED' });
    expect(await redshift.rows('SELECT id FROM held')).toEqual([[1]]);
  });
});

describe('a batch', () => {
  test('is one transaction with a description of each part', async () => {
    const description = await redshift.runBatch(
      'CREATE TABLE together (id INT)',
      'INSERT INTO together VALUES (1), (2)',
      'SELECT count(*) FROM together',
    );
    expect(description).toMatchObject({ Status: 'FINISHED', HasResultSet: true });
    const subs = description.SubStatements!;
    expect(subs.map(({ Status, ResultRows, HasResultSet }) => [Status, ResultRows, HasResultSet])).toEqual([
      ['FINISHED', expect.any(Number), false],
      ['FINISHED', 2, false],
      ['FINISHED', 1, true],
    ]);
    expect(subs[1]!.Id).toBe(`${description.Id!}:2`);
    const result = await redshift.client.send(new GetStatementResultCommand({ Id: subs[2]!.Id }));
    expect(result.Records).toEqual([[{ longValue: 2 }]]);
    const whole = redshift.client.send(new GetStatementResultCommand({ Id: description.Id! }));
    await expect(whole).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('is rolled back as a whole when one part fails', async () => {
    await redshift.must('CREATE TABLE rolled_back (id INT)');
    const description = await redshift.runBatch(
      'INSERT INTO rolled_back VALUES (1)',
      'INSERT INTO nowhere VALUES (1)',
      'INSERT INTO rolled_back VALUES (3)',
    );
    expect(description.Status).toBe('FAILED');
    expect(description.Error).toBe('Query #2 failed with ERROR: relation "nowhere" does not exist');
    expect(description.SubStatements!.map(({ Status }) => Status)).toEqual(['FINISHED', 'FAILED', 'ABORTED']);
    expect(await redshift.rows('SELECT * FROM rolled_back')).toEqual([]);
  });

  test('in AUTO_COMMIT keeps what succeeded', async () => {
    await redshift.must('CREATE TABLE each_alone (id INT)');
    const Sqls = ['INSERT INTO each_alone VALUES (1)', 'SELECT nothing', 'INSERT INTO each_alone VALUES (3)'];
    const request = { ...redshift.place, Sqls, ExecutionMode: 'AUTO_COMMIT' as const };
    const { Id } = await redshift.client.send(new BatchExecuteStatementCommand(request));
    expect((await redshift.ended(Id!)).SubStatements!.map(({ Status }) => Status)).toEqual([
      'FINISHED',
      'FAILED',
      'FINISHED',
    ]);
    expect(await redshift.rows('SELECT id FROM each_alone ORDER BY id')).toEqual([[1], [3]]);
  });

  test('takes parameters that any of its parts uses', async () => {
    await redshift.must('CREATE TABLE batch_params (id INT, by VARCHAR(10))');
    const request = {
      ...redshift.place,
      Sqls: ['INSERT INTO batch_params VALUES (1, :by)', 'UPDATE batch_params SET id = :id WHERE by = :by'],
      Parameters: [
        { name: 'by', value: 'me' },
        { name: 'id', value: '9' },
      ],
    };
    const { Id } = await redshift.client.send(new BatchExecuteStatementCommand(request));
    expect(await redshift.ended(Id!)).toMatchObject({ Status: 'FINISHED' });
    expect(await redshift.rows('SELECT id FROM batch_params')).toEqual([[9]]);
  });

  test('has at most 40 parts', async () => {
    const tooMany = redshift.submitBatch(...Array.from({ length: 41 }, () => 'SELECT 1'));
    await expect(tooMany).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('requests that the service refuses', () => {
  const execute = (request: object) =>
    redshift.client.send(new ExecuteStatementCommand({ ...redshift.place, Sql: 'SELECT 1', ...request }));

  test.each([
    ['neither cluster nor workgroup', { ClusterIdentifier: undefined }],
    ['both', { WorkgroupName: 'test-workgroup' }],
    ['an unknown cluster', { ClusterIdentifier: 'other' }],
    ['an unknown secret', { SecretArn: 'arn:aws:secretsmanager:us-east-1:1:secret:none' }],
    ['no database', { Database: undefined }],
    ['a statement of more than 100 KB', { Sql: `SELECT '${'x'.repeat(100 * 1024)}'` }],
  ])('%s', async (_what, request) => {
    await expect(execute(request)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('an unknown statement id, and a malformed one', async () => {
    await expect(describeOnce('00000000-0000-4000-8000-000000000000')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Query does not exist.',
    });
    await expect(describeOnce('nonsense')).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('more active statements than the limit', async () => {
    emulator.faults.statement({ matches: /SELECT 'hang'/, action: 'hang', times: 4 });
    const ids = await Promise.all(Array.from({ length: 4 }, () => redshift.submit(`SELECT 'hang'`)));
    await expect(execute({})).rejects.toMatchObject({ name: 'ActiveStatementsExceededException' });
    emulator.faults.clear();
    await Promise.all(ids.map(redshift.ended));
  });

  test('an unknown database or user is found out when the statement runs', async () => {
    for (const request of [{ Database: 'none' }, { DbUser: 'nobody' }]) {
      const { Id } = await execute(request);
      expect(await redshift.ended(Id!)).toMatchObject({ Status: 'FAILED', Error: expect.stringContaining('FATAL') });
    }
  });
});

describe('who is calling', () => {
  const place = () => ({ WorkgroupName: emulator.workgroupName, Database: emulator.database });
  const whoAmI = async (client: RedshiftDataClient, request: object) => {
    const execute = new ExecuteStatementCommand({ Sql: 'SELECT current_user', WaitTimeSeconds: 30, ...request });
    const { Id } = await client.send(execute);
    const { Records } = await client.send(new GetStatementResultCommand({ Id }));
    return Records![0]![0]!.stringValue;
  };

  test('a workgroup, a secret and a cluster give their database users', async () => {
    expect(await whoAmI(redshift.client, place())).toBe('IAM:sluice');
    expect(await whoAmI(redshift.client, { ...place(), SecretArn: emulator.secretArn })).toBe('loader');
    expect(await whoAmI(redshift.client, redshift.place)).toBe('loader');
  });

  test('a wrong secret and an unknown key', async () => {
    const { accessKeyId, secretAccessKey } = emulator.credentials;
    const wrong = clientWith({ accessKeyId, secretAccessKey: 'wrong' });
    await expect(whoAmI(wrong, place())).rejects.toMatchObject({ name: 'InvalidSignatureException' });
    const unknown = clientWith({ accessKeyId: 'AKIANOBODY', secretAccessKey });
    await expect(whoAmI(unknown, place())).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  });

  test('an assumed role, with its external id, its token and until it expires', async () => {
    const { stsEndpoint: endpoint, region, credentials } = emulator;
    const sts = new STSClient({ endpoint, region, credentials, maxAttempts: 1 });
    const assume = (ExternalId: string, DurationSeconds = 900) =>
      sts.send(new AssumeRoleCommand({ RoleArn: ROLE.arn, RoleSessionName: 'test', ExternalId, DurationSeconds }));
    await expect(assume('other')).rejects.toMatchObject({ name: 'AccessDenied' });
    const keysOf = ({ Credentials: issued }: AssumeRoleCommandOutput) => ({
      accessKeyId: issued!.AccessKeyId!,
      secretAccessKey: issued!.SecretAccessKey!,
      sessionToken: issued!.SessionToken!,
    });
    const assumed = keysOf(await assume(ROLE.externalId));
    expect(await whoAmI(clientWith(assumed), place())).toBe('IAM:sluice');
    const { sessionToken: _token, ...bare } = assumed;
    await expect(whoAmI(clientWith(bare), place())).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    const expired = keysOf(await assume(ROLE.externalId, 0));
    await expect(whoAmI(clientWith(expired), place())).rejects.toMatchObject({ name: 'ExpiredTokenException' });
    const asRole = new STSClient({ endpoint, region, credentials: assumed });
    expect((await asRole.send(new GetCallerIdentityCommand())).Arn).toContain('assumed-role/customer/test');
  });
});

test('statements are listed by name and status, newest first', async () => {
  for (const Sql of ['SELECT 1', 'SELECT nothing']) {
    const request = { ...redshift.place, Sql, StatementName: 'listed', WaitTimeSeconds: 30 };
    await redshift.client.send(new ExecuteStatementCommand(request));
  }
  const list = (request: object) =>
    redshift.client.send(new ListStatementsCommand({ StatementName: 'listed', ...request }));
  expect((await list({})).Statements!.map(({ Status }) => Status)).toEqual(['FAILED', 'FINISHED']);
  expect((await list({ Status: 'FAILED' })).Statements).toHaveLength(1);
  const page = await list({ MaxResults: 1 });
  expect((await list({ MaxResults: 1, NextToken: page.NextToken })).Statements![0]!.QueryString).toBe('SELECT 1');
});

describe('faults', () => {
  test('the n-th statement that matches fails with the given error', async () => {
    await redshift.must('CREATE TABLE faulty (id INT)');
    const fault = emulator.faults.statement({
      matches: /INTO faulty/,
      nth: 2,
      action: 'fail',
      error: 'ERROR: disk full',
    });
    await redshift.must('INSERT INTO faulty VALUES (1)');
    expect(await redshift.run('INSERT INTO faulty VALUES (2)')).toMatchObject({
      Status: 'FAILED',
      Error: 'ERROR: disk full',
    });
    await redshift.must('INSERT INTO faulty VALUES (3)');
    expect(fault.hits()).toBe(1);
    expect(await redshift.rows('SELECT id FROM faulty ORDER BY id')).toEqual([[1], [3]]);
  });

  test('a commit that is reported as failed', async () => {
    await redshift.must('CREATE TABLE doubtful (id INT)');
    emulator.faults.statement({ matches: /INTO doubtful/, action: 'fail-after-commit' });
    expect(await redshift.run('INSERT INTO doubtful VALUES (1)')).toMatchObject({ Status: 'FAILED' });
    expect(await redshift.rows('SELECT id FROM doubtful')).toEqual([[1]]);
  });

  test('a connection that breaks before or after the request has had its effect', async () => {
    await redshift.must('CREATE TABLE dropped (id INT)');
    for (const [action, rows] of [
      ['drop-before', 0],
      ['drop-after', 1],
    ] as const) {
      emulator.faults.request({ operation: 'ExecuteStatement', action });
      await expect(redshift.submit('INSERT INTO dropped VALUES (1)')).rejects.toThrow('socket hang up');
      await eventually(async () => {
        expect(await redshift.rows('SELECT count(*) FROM dropped')).toEqual([[rows]]);
      });
    }
  });

  test('a throttled request, which the SDK retries under the same client token', async () => {
    await redshift.must('CREATE TABLE throttled (id INT)');
    emulator.faults.request({ operation: 'ExecuteStatement', action: { error: 'ThrottlingException' } });
    const retrying = new RedshiftDataClient({ ...emulator, maxAttempts: 3 });
    const request = { ...redshift.place, Sql: 'INSERT INTO throttled VALUES (1)' };
    const { Id } = await retrying.send(new ExecuteStatementCommand(request));
    expect(await redshift.ended(Id!)).toMatchObject({ Status: 'FINISHED' });
    expect((await emulator.pool.query('SELECT id FROM public.throttled')).rows).toEqual([{ id: 1 }]);
  });
});
