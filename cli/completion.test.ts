import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { describedProgram, leavesOf } from '../scripts/cli-docs.ts';
import { completionScript } from './completion.ts';

const program = describedProgram();

/** What bash's own completion offers after these words, the last of which is being typed. */
function offered(...words: string[]): string[] {
  const script = [
    completionScript(program, 'bash'),
    `COMP_WORDS=(sluice "$@")`,
    'COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))',
    '_sluice',
    'printf "%s\\n" "${COMPREPLY[@]}"',
  ].join('\n');
  const { stdout, stderr, status } = spawnSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout.split('\n').filter((word) => word !== '');
}

describe('bash', () => {
  test('offers commands, and those of a group', () => {
    expect(offered('')).toEqual(expect.arrayContaining(['apply', 'doctor', 'exports', 'webhooks']));
    expect(offered('exp')).toEqual(['exports', 'export', 'export-config']);
    expect(offered('notifications', 'channels', 'a')).toEqual(['add']);
  });

  test('offers options once a dash is typed, also after other options', () => {
    expect(offered('apply', '--d')).toEqual(['--dry-run']);
    expect(offered('exports', 'next', '--count', '5', '--j')).toEqual(['--json']);
    expect(offered('backfills', 'start', 'an-id', '--fo')).toEqual(['--force', '--follow']);
  });

  test('offers the values that an option or an argument takes, and leaves files to the shell', () => {
    expect(offered('keys', 'create', '--role', '')).toEqual(['owner', 'editor', 'viewer']);
    expect(offered('completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(offered('apply', '--file', '')).toEqual([]);
    expect(offered('queries', 'check', '')).toEqual([]);
  });
});

test.each(['zsh', 'fish'] as const)('the script for %s knows every command, and its quotes are closed', (shell) => {
  const script = completionScript(program, shell);
  const missing = leavesOf(program, '').filter(({ words }) => !script.includes(words.trim()));
  expect(missing.map(({ words }) => words)).toEqual([]);
  expect(script.split('\n').filter((line) => (line.match(/'/g) ?? []).length % 2 === 1)).toEqual([]);
});
