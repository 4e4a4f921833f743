import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { cliDocs, describedProgram, leavesOf } from './cli-docs.ts';

/** However the formatter broke and marked the lines. */
const unformatted = (text: string): string =>
  text
    .replaceAll(/\\([*_<>[\]|])/g, '$1')
    .replaceAll(/\s+/g, ' ')
    .trim();

test('docs/cli.md is what the commands say: if not, run `npm run cli-docs`', async () => {
  const written = await readFile(new URL('../docs/cli.md', import.meta.url), 'utf8');
  expect(unformatted(written)).toBe(unformatted(await cliDocs()));
});

test('every command says what it does, and all that answer something have --json', () => {
  const leaves = leavesOf(describedProgram(), 'sluice');
  expect(leaves.filter(({ command }) => command.description() === '').map(({ words }) => words)).toEqual([]);
  const textOnly = leaves.filter(({ command }) => !command.options.some(({ long }) => long === '--json'));
  // Processes that run until they are stopped, and commands whose answer is a file.
  expect(textOnly.map(({ words }) => words)).toEqual([
    'sluice server',
    'sluice worker',
    'sluice export-config',
    'sluice completion',
  ]);
});
