import { expect, test } from '@jest/globals';
import { createLogger, type LoggerOptions } from './logger.ts';

function capture(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const logger = createLogger({ name: 'worker', level: 'info', write: (line) => lines.push(line), ...options });
  return { logger, lines };
}

test('writes one JSON object a line, with the fields of its parents', () => {
  const { logger, lines } = capture();
  logger.child({ shard: 3 }).warn({ runId: 'r1' }, 'late');
  logger.debug({}, 'not at this level');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/\n$/);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'warn',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    name: 'worker',
    shard: 3,
    runId: 'r1',
    msg: 'late',
  });
});

test('redacts secrets down to the third level', () => {
  const { logger, lines } = capture();
  const holders = [
    { config: { url: 'hunter2' } },
    { secret: 'hunter2' },
    { destination: { config: { password: 'hunter2' } } },
    { destination: { secrets: ['hunter2'] } },
    { request: { headers: { authorization: 'Bearer hunter2', cookie: 'hunter2', 'webhook-signature': 'hunter2' } } },
    { aws: { secretAccessKey: 'hunter2', sessionToken: 'hunter2' } },
  ];
  holders.forEach((fields) => logger.info(fields, 'x'));
  logger.child({ apiKey: 'hunter2' }).info({}, 'x');
  expect(lines).toHaveLength(holders.length + 1);
  expect(lines.join('')).not.toContain('hunter2');
  expect(lines.join('')).toContain('[redacted]');
});

test('an error keeps its message, code and stack', () => {
  const { logger, lines } = capture();
  logger.error({ err: Object.assign(new Error('broken'), { code: 'E1' }) }, 'failed');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    err: { message: 'broken', code: 'E1', stack: expect.stringContaining('logger.test') },
  });
});

test('pretty lines are readable and redacted too', () => {
  const { logger, lines } = capture({ pretty: true });
  logger.info({ runId: 'r1', secret: 'hunter2' }, 'done');
  logger.error({ err: new Error('broken') }, 'failed');
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} INFO {2}worker: done \{"runId":"r1","secret":"\[redacted\]"\}\n$/);
  expect(lines[1]).toMatch(/ERROR worker: failed\nError: broken\n/);
});
