import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
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

test('every command that a runbook or a document names is there', () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const documents = ['docs', 'ops/runbooks'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => path.join(folder, name)),
  );
  const leaves = leavesOf(describedProgram(), 'sluice').map(({ words }) => `${words} `);
  const named = ['README.md', 'CONTRIBUTING.md', ...documents].flatMap((file) =>
    [...readFileSync(path.join(root, file), 'utf8').matchAll(/(?:`|^)sluice ([a-z][a-z -]*[a-z])\b/gm)].map(
      ([, words = '']) => ({ file, words: `sluice ${words.split(' -')[0]} ` }),
    ),
  );
  expect(named.length).toBeGreaterThan(100);
  // The words of a command, of a group of them, or of a command and what it is given.
  const known = (words: string): boolean => leaves.some((leaf) => leaf.startsWith(words) || words.startsWith(leaf));
  expect(named.filter(({ words }) => !known(words))).toEqual([]);
});
