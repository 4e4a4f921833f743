/**
 * `npm run test:live`: the conformance suite against real accounts, for each kind of destination whose variables are set
 * (test/live/README.md). Without any it says which there are. Arguments are handed to jest.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AccountState, LIVE_ACCOUNTS, readAccount, variableOf } from '../test/live/accounts.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const NODE_FLAGS = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
const JEST = path.join(ROOT, 'node_modules/jest/bin/jest.js');

const accounts = Object.keys(LIVE_ACCOUNTS).map((kind) => ({ kind, account: readAccount(kind, process.env) }));

function kindsThatAre(state: AccountState['state']): string[] {
  return accounts.filter(({ account }) => account.state === state).map(({ kind }) => kind);
}

function describeVariables(kind: string): string {
  const lines = (LIVE_ACCOUNTS[kind] ?? []).map(
    ({ field, required, what }) => `  ${variableOf(kind, field)}${required ? '' : ' (optional)'}: ${what}`,
  );
  return [`${kind}:`, ...lines].join('\n');
}

function run(kinds: readonly string[]): number {
  console.log(`live: ${kinds.join(', ')}`);
  const files = kinds.map((kind) => `test/live/${kind}.test.ts`);
  const args = ['--config', 'test/live/jest.config.js', '--runInBand', '--forceExit', '--runTestsByPath', ...files];
  const { status } = spawnSync(process.execPath, [...NODE_FLAGS, JEST, ...args, ...process.argv.slice(2)], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { TZ: 'UTC', ...process.env },
  });
  return status ?? 1;
}

const [complete, incomplete] = [kindsThatAre('complete'), kindsThatAre('incomplete')];
for (const { kind, account } of accounts) {
  if (account.state === 'incomplete') {
    console.error(`${kind}: also set ${account.missing.join(', ')}`);
  }
}
if (complete.length + incomplete.length === 0) {
  console.error('No account is given. Set the variables of one kind of destination at least:');
  console.error(Object.keys(LIVE_ACCOUNTS).map(describeVariables).join('\n'));
}
process.exitCode = complete.length > 0 && incomplete.length === 0 ? run(complete) : 1;
