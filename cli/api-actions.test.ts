import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { Command } from 'commander';
import { describedProgram, leavesOf } from '../scripts/cli-docs.ts';
import { openApiDocument } from '../scripts/openapi-document.ts';
import { registerApiCommands } from './register.ts';

/**
 * Every operation of the API has a command, which is run here against a server that only notes what it is asked, or a
 * reason why it has none.
 */
const RANGE = '--from 2026-11-21T00:00:00Z --to 2026-11-22T00:00:00Z';

/** ID is a uuid, FILE a file with `{}`. */
const COMMANDS: Readonly<Record<string, string>> = {
  'GET /members': 'members list',
  'DELETE /members/{id}': 'members remove ID',
  'PATCH /members/{id}': 'members role ID viewer',
  'POST /members/{id}/password-reset': 'members reset-password ID',
  'GET /invitations': 'members invitations',
  'POST /invitations': 'members invite --email a@example.com',
  'DELETE /invitations/{id}': 'members uninvite ID',
  'GET /api-keys': 'keys list',
  'POST /api-keys': 'keys create --name ci',
  'DELETE /api-keys/{id}': 'keys revoke ID',
  'PATCH /api-keys/{id}': 'keys change ID --name ci',
  'GET /audit-log': 'audit',
  'GET /destination-kinds': 'destinations kinds',
  'POST /destinations/check': 'destinations check FILE',
  'POST /destinations/{id}/check': 'destinations check ID',
  'GET /destinations': 'destinations list',
  'GET /destinations/{id}': 'destinations show ID',
  'GET /destinations/{id}/versions': 'destinations versions ID',
  'DELETE /destinations/{id}': 'destinations delete ID',
  'GET /destinations/{id}/deletion-plan': 'destinations delete ID --dry-run',
  'GET /exports': 'exports list',
  'GET /exports/{id}': 'exports show ID',
  'DELETE /exports/{id}': 'exports delete ID',
  'GET /exports/{id}/deletion-plan': 'exports delete ID --dry-run',
  'POST /exports/{id}/pause': 'exports pause ID',
  'POST /exports/{id}/resume': 'exports resume ID',
  'POST /exports/dry-run': 'exports dry-run FILE',
  'POST /exports/{id}/dry-run': 'exports dry-run ID',
  'GET /exports/{id}/runs': 'runs list ID',
  'POST /exports/{id}/run': 'exports run ID',
  'POST /exports/{id}/rerun': `runs rerun ID ${RANGE}`,
  'GET /exports/{id}/next-runs': 'exports next ID',
  'POST /schedule-preview': 'exports preview-schedule day',
  'GET /exports/{id}/gaps': 'exports gaps ID',
  'POST /queries/check': 'queries check FILE',
  'GET /exports/{id}/backfills': 'backfills list ID',
  'POST /exports/{id}/backfills': `backfills start ID ${RANGE}`,
  'GET /backfills/{id}': 'backfills show ID',
  'GET /backfills/{id}/intervals': 'backfills intervals ID',
  'POST /backfills/{id}/pause': 'backfills pause ID',
  'POST /backfills/{id}/resume': 'backfills resume ID',
  'POST /backfills/{id}/cancel': 'backfills cancel ID',
  'POST /backfills/{id}/retry': 'backfills retry ID',
  'POST /exports/{id}/reconcile': `exports reconcile ID ${RANGE}`,
  'GET /exports/{id}/reconciliations': 'exports reconciliations ID',
  'GET /exports/{id}/reconciliations/{reconciliation_id}': 'exports reconciliation ID ID',
  'GET /exports/{id}/late-data': 'exports late-data ID',
  'GET /exports/{id}/rejected-records': 'exports rejected ID',
  'POST /exports/{id}/rejected-records/replay': 'exports retry-rejected ID',
  'GET /exports/{id}/stats': 'exports stats ID',
  'GET /exports/{id}/versions': 'exports versions ID',
  'GET /on-demand-exports': 'export list',
  'POST /on-demand-exports': `export once ${RANGE} --destination ID --from-export ID`,
  'GET /on-demand-exports/{id}': 'export show ID',
  'DELETE /on-demand-exports/{id}': 'export delete ID',
  'POST /on-demand-exports/{id}/cancel': 'export cancel ID',
  'GET /notification-channels': 'notifications channels list',
  'POST /notification-channels': 'notifications channels add --name a --slack https://example.com',
  'DELETE /notification-channels/{id}': 'notifications channels remove ID',
  'PATCH /notification-channels/{id}': 'notifications channels change ID --disable',
  'POST /notification-channels/{id}/test': 'notifications channels test ID',
  'GET /notifications': 'notifications list',
  'GET /runs/{id}': 'runs show ID',
  'POST /runs/{id}/cancel': 'runs cancel ID',
  'POST /runs/{id}/retry': 'runs retry ID',
  'GET /runs/{id}/files': 'runs files ID',
  'GET /runs/{id}/log': 'runs log ID',
  'GET /webhooks': 'webhooks list',
  'GET /webhooks/{id}': 'webhooks show ID',
  'DELETE /webhooks/{id}': 'webhooks delete ID',
  'GET /webhooks/{id}/deletion-plan': 'webhooks delete ID --dry-run',
  'POST /webhooks/{id}/restore': 'webhooks restore ID',
  'POST /webhooks/{id}/pause': 'webhooks pause ID',
  'POST /webhooks/{id}/resume': 'webhooks resume ID',
  'GET /webhooks/{id}/versions': 'webhooks versions ID',
  'POST /webhooks/{id}/secret': 'webhooks secret ID',
  'POST /webhooks/{id}/secret/rotate': 'webhooks rotate-secret ID',
  'GET /webhook-kinds': 'webhooks kinds',
  'POST /webhooks/{id}/simulate': 'webhooks simulate ID --file FILE',
  'POST /webhooks/{id}/test': 'webhooks test ID',
  'POST /webhooks/{id}/retry': 'webhooks retry ID ID',
  'POST /webhooks/preview': 'webhooks preview --file FILE',
  'GET /webhooks/{id}/events/{event_id}': 'webhooks explain ID ID',
  'GET /webhooks/{id}/attempts': 'webhooks attempts ID',
  'GET /webhooks/{id}/state': 'webhooks state ID',
  'GET /webhooks/{id}/stats': 'webhooks stats ID',
  'GET /webhooks/{id}/messages': 'messages list ID',
  'POST /webhooks/{id}/messages': 'messages send ID invoice.paid',
  'GET /webhooks/{id}/messages/{message_id}': 'messages get ID ID',
  'GET /operational-events': 'webhooks operational-events',
  'POST /hooks/subscribe': 'hooks subscribe signup https://example.com',
  'GET /hooks/sample': 'hooks sample signup',
  'GET /hooks': 'hooks list',
  'GET /hooks/{id}': 'hooks get ID',
  'DELETE /hooks/{id}': 'hooks unsubscribe ID',
  'GET /webhooks/{id}/replays': 'replays list ID',
  'POST /webhooks/{id}/replays': 'webhooks replay ID --failed',
  'GET /replays/{id}': 'replays show ID',
  'POST /replays/{id}/pause': 'replays pause ID',
  'POST /replays/{id}/resume': 'replays resume ID',
  'POST /replays/{id}/cancel': 'replays cancel ID',
  'POST /erasures': 'erase --distinct-id someone',
  'GET /erasures': 'erasures list',
  'GET /erasures/{id}': 'erasures show ID',
  'GET /exports/{id}/anomalies': 'exports anomalies ID',
  'GET /overview': 'overview',
  'GET /usage': 'usage',
  'GET /quotas': 'quotas show',
  'PATCH /quotas': 'quotas set 5000000',
  'GET /capture': 'events capture',
  'GET /events': 'events list',
  'GET /events/{uuid}': 'events show ID',
  'GET /property-names': 'events properties',
  'GET /stats/{id}': 'stats ID --from-history',
};

/** What test/cli/apply.test.ts shows. */
const APPLIED = ['destinations', 'exports', 'webhooks'].flatMap((name) => [`POST /${name}`, `PATCH /${name}/{id}`]);

const WITHOUT: Readonly<Record<string, string>> = {
  'GET /members/{id}': 'members list has all of it',
  'GET /api-keys/{id}': 'keys list has all of it',
  'GET /notification-channels/{id}': 'notifications channels list has all of it',
  'GET /downloads': 'a signed link that export once follows',
};

/** Sessions belong to browsers; a command has a key. What has no version is for probes, which speak HTTP. */
const isForOthers = (operation: string): boolean =>
  operation.includes(' /auth/') || / \/(?:healthz|readyz)$/.test(operation);

const ID = '019f0000-0000-7000-8000-000000000001';
let server: Server;
let url: string;
let folder: string;
let asked: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-actions-'));
  await writeFile(join(folder, 'file.json'), '{}');
  server = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${(request.url ?? '').replace(/\?.*$/, '')}`);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

async function operations(): Promise<string[]> {
  const { paths } = (await openApiDocument()) as { paths: Record<string, Record<string, unknown>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
  );
}

/** The command is carried out as far as an empty answer lets it. */
async function run(command: string): Promise<void> {
  const program = new Command().exitOverride();
  registerApiCommands(
    program,
    () => ({ url, key: 'sk_1' }),
    () => undefined,
  );
  const silent = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    const words = command.replaceAll('ID', ID).replace('FILE', join(folder, 'file.json')).split(' ');
    await program.parseAsync([...words, '--json'], { from: 'user' });
  } catch (error) {
    // What has to be read from the answer is not there.
    expect(error).toBeInstanceOf(Error);
  } finally {
    silent.mockRestore();
    process.exitCode = undefined;
  }
}

test('every operation of the API has a command, or a reason why not', async () => {
  const known = [...Object.keys(COMMANDS), ...APPLIED, ...Object.keys(WITHOUT)];
  const found = (await operations()).filter((operation) => !isForOthers(operation));
  expect(found.filter((operation) => !known.includes(operation))).toEqual([]);
  expect(known.filter((operation) => !found.includes(operation))).toEqual([]);
});

test.each(Object.entries(COMMANDS))('%s: sluice %s', async (operation, command) => {
  asked = [];
  await run(command);
  expect(asked).toContain(operation.replace(' /', ' /api/v1/').replaceAll(/\{\w+\}/g, ID));
});

test('what is answered page by page can be read on, and to its end', async () => {
  const { paths } = (await openApiDocument()) as { paths: Record<string, Record<string, { parameters?: unknown }>> };
  const paged = Object.entries(paths).flatMap(([path, { get }]) =>
    JSON.stringify(get?.parameters ?? '').includes('"name":"cursor"') ? [`GET ${path.replace('/api/v1', '')}`] : [],
  );
  // The log of a run is always read to its end.
  const commands = paged.filter((operation) => operation !== 'GET /runs/{id}/log').map((one) => COMMANDS[one] ?? one);
  expect(commands.length).toBeGreaterThan(20);
  const leaves = leavesOf(describedProgram(), '');
  const without = commands.filter((command) => {
    const leaf = leaves.find(({ words }) => `${command} `.startsWith(`${words.trim()} `));
    const flags = leaf?.command.options.map(({ long }) => long) ?? [];
    return ['--limit', '--cursor', '--all'].some((flag) => !flags.includes(flag));
  });
  expect(without).toEqual([]);
});

test('every command that asks the API is one of these', () => {
  const program = new Command();
  registerApiCommands(
    program,
    () => ({ url, key: '' }),
    () => undefined,
  );
  const shown = [...Object.values(COMMANDS), 'apply', 'export-config', 'exports completeness'];
  const others = leavesOf(program, '')
    .map(({ words }) => words.trim())
    .filter((words) => !shown.some((command) => command === words || command.startsWith(`${words} `)));
  expect(others).toEqual([]);
  expect(leavesOf(describedProgram(), 'sluice').length).toBeGreaterThan(shown.length / 2);
});
