import { expect, test } from '@jest/globals';
import { completionScript } from '../../cli/completion.ts';
import { describedProgram } from '../../scripts/cli-docs.ts';
import { offeredByFish, offeredByZsh, type Question } from '../support/shells.ts';

const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  'sluice exp': ['export', 'export-config', 'exports'],
  'sluice notifications channels a': ['add'],
  'sluice apply --d': ['--dry-run'],
  'sluice exports next --count 5 --j': ['--json'],
  'sluice keys create --role ': ['editor', 'owner', 'viewer'],
  'sluice completion ': ['bash', 'fish', 'zsh'],
  'sluice apply --file ': ['sluice.yaml'],
};

/** The first call may have to download a shell. */
const DOWNLOAD_MS = 300_000;

const program = describedProgram();

function question(shell: 'zsh' | 'fish', lines: readonly string[]): Question {
  return { script: completionScript(program, shell), lines, files: ['sluice.yaml'] };
}

test(
  'fish completes commands, options, their values, and files',
  async () => {
    const offered = await offeredByFish(question('fish', Object.keys(EXPECTED)));
    expect(offered).toEqual(Object.values(EXPECTED));
  },
  DOWNLOAD_MS,
);

test(
  'zsh completes commands, options, their values, and files',
  async () => {
    const offered = await offeredByZsh({ ...question('zsh', Object.keys(EXPECTED)), loaded: 'source' });
    expect(offered).toEqual(Object.values(EXPECTED));
  },
  DOWNLOAD_MS,
);

test(
  'for zsh it may also be a file of the fpath, from the first tab on',
  async () => {
    const offered = await offeredByZsh({ ...question('zsh', ['sluice doct']), loaded: 'fpath' });
    expect(offered).toEqual([['doctor']]);
  },
  DOWNLOAD_MS,
);
