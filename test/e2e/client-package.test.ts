import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { startReceiver, type Receiver } from '../../dev/receiver.ts';
import { packClient } from '../../scripts/client-package.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

jest.setTimeout(180_000);

/** A program of another team, which has nothing of this repository: the guide's example, and what calls it. */
const PROGRAM = `import { answer, ApiProblem, createApiClient, type ApiClient } from '@sluice/api-client';
import { automation } from '@sluice/api-client/automation';
import { tellBilling } from './tell-billing.js';

interface Access { url: string; key: string; target: string }

const [url = '', target = ''] = process.argv.slice(2);
const access: Access = { url, target, key: process.env['SLUICE_API_KEY'] ?? '' };
console.log(JSON.stringify([await tellBilling(access), await sentTwice(access), await refused(access)]));

async function sentTwice({ url, key, target }: Access): Promise<unknown> {
  const sluice = automation(createApiClient({ url, auth: { key } }));
  const { id: destinationId } = await sluice.createDestination({ name: 'reminders', url: target });
  const reminder = { type: 'invoice.due', payload: [42], key: 'due-42' };
  const [first, again] = [await sluice.send(destinationId, reminder), await sluice.send(destinationId, reminder)];
  const { state } = await sluice.follow({ destinationId, id: again.id }, { timeoutMs: 60_000 });
  return [first.id === again.id, state];
}

async function refused({ url, key }: Access): Promise<unknown> {
  const client = createApiClient({ url, auth: { key } });
  try {
    return await answer(client.GET('/api/v1/webhooks/{id}', { params: { path: { id: crypto.randomUUID() } } }));
  } catch (error) {
    return error instanceof ApiProblem ? [error.status, error.code, typeof error.remedy, typeof error.requestId] : 'other';
  }
}

export const mistakes = (client: ApiClient): unknown[] => [
  // @ts-expect-error There is no such path.
  client.GET('/api/v1/webhoks'),
  // @ts-expect-error A webhook has a name.
  client.POST('/api/v1/webhooks', { body: { url: 'https://example.com' } }),
];
`;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TSCONFIG = {
  compilerOptions: {
    ...{ target: 'es2022', module: 'nodenext', lib: ['es2022', 'dom'], types: ['node'] },
    ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false },
    typeRoots: [join(ROOT, 'node_modules/@types')],
  },
};

let system: TestSystem;
let receiver: Receiver;
let folder: string;

async function run(command: string, args: string[], key = ''): Promise<string> {
  const env = { ...process.env, SLUICE_API_KEY: key };
  const { stdout } = await promisify(execFile)(command, args, { cwd: folder, env });
  return stdout;
}

beforeAll(async () => {
  system = await startTestSystem();
  receiver = await startReceiver({ react: () => ({ status: 200 }) });
  folder = await mkdtemp(join(tmpdir(), 'sluice-other-team-'));
});
afterAll(async () => {
  await Promise.all([receiver.close(), system.stop(), rm(folder, { recursive: true, force: true })]);
});

/** From this machine: the registry need not be there. */
async function install(): Promise<void> {
  const own = ['openapi-fetch', 'openapi-typescript-helpers'].map((name) => join(ROOT, 'node_modules', name));
  await run('npm', ['pack', ...own, '--ignore-scripts', '--silent']);
  const packages = (await run('sh', ['-c', 'ls *.tgz'])).trim().split('\n');
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', ...packages.map((name) => `./${name}`)]);
}

/** The first example of the guide, as it stands there. */
async function guideExample(): Promise<string> {
  const guide = await readFile(join(ROOT, 'docs/automation.md'), 'utf8');
  return /```ts\n(.*?)```/s.exec(guide)?.[1] ?? '';
}

test('another team installs the package, and sends a message with the example of the guide', async () => {
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  await packClient(folder);
  await install();
  await writeFile(join(folder, 'tell-billing.ts'), await guideExample());
  await writeFile(join(folder, 'program.ts'), PROGRAM);
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.']);

  const { apiKey } = await system.newTeam();
  const program = (): Promise<string> =>
    run(process.execPath, ['program.js', system.system.apiUrl, receiver.url], apiKey);
  const [told, twice, refusal] = JSON.parse(await program()) as unknown[];
  expect(told).toMatchObject({ state: 'delivered', event_type: 'invoice.paid', idempotency_key: 'invoice-42' });
  expect(twice).toEqual([true, 'delivered']);
  expect(refusal).toEqual([404, 'webhook_not_found', 'string', 'string']);
  expect(receiver.requests.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
    { type: 'invoice.paid', timestamp: expect.any(String), data: { invoice: 42, amount: '12.00' } },
    { type: 'invoice.due', timestamp: expect.any(String), data: [42] },
  ]);
});
