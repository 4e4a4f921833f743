import { describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CONFIG, FOLDER_RULES, ROOTS } from '../../scripts/import-rules.js';
import { SECONDS } from '../support/longest-first.js';

/** What the linter cannot see because it looks at one file at a time, or because the rule is about the linter itself. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TOOLING = ['bench', 'dev', 'ops', 'scripts', 'test'];
const SKIPPED = new Set(['node_modules', 'dist', '.git', '.sluice', 'coverage']);

function sourceFiles(folder = ''): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      return SKIPPED.has(entry.name) ? [] : sourceFiles(file);
    }
    return /\.(ts|tsx|js|cjs)$/.test(entry.name) ? [file] : [];
  });
}

const files = sourceFiles();
const linesOf = (file: string): string[] => readFileSync(path.join(ROOT, file), 'utf8').split('\n');
const where = (matches: (line: string, file: string) => boolean): string[] =>
  files.flatMap((file) =>
    linesOf(file).flatMap((line, index) => (matches(line, file) ? [`${file}:${index + 1}`] : [])),
  );

describe('layout', () => {
  test('every folder with code has a row in the import rules, or is tooling', () => {
    const folders = new Set(
      files.filter((file) => file.endsWith('.ts') && file.includes('/')).map((file) => file.split('/')[0]!),
    );
    const known = [...Object.keys(FOLDER_RULES), ...TOOLING];
    expect([...folders].filter((folder) => !known.includes(folder))).toEqual([]);
    expect(folders.size).toBeGreaterThan(5);
  });

  test('TypeScript files at the top are the composition roots and their config', () => {
    const atTop = files.filter((file) => file.endsWith('.ts') && !file.includes('/'));
    expect(atTop.filter((file) => ![...ROOTS, ...CONFIG, 'config.test.ts'].includes(file))).toEqual([]);
  });

  test('what is said of the longest tests is said of tests that exist', () => {
    expect(Object.keys(SECONDS).filter((file) => !files.includes(file))).toEqual([]);
  });

  test('files and folders are kebab-case', () => {
    const odd = files.filter(
      (file) => !file.split('/').every((part) => /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*$/.test(part)),
    );
    expect(odd).toEqual([]);
  });

  test('a rule of the linter is switched off only with a reason', () => {
    const silenced = where((line) => /eslint-disable/.test(line) && !/eslint-disable.* -- \S{3,}/.test(line));
    expect(silenced.filter((place) => !place.startsWith('test/architecture/'))).toEqual([]);
  });

  test('the compiler is not silenced', () => {
    const silenced = where((line) => /@ts-(ignore|nocheck|expect-error)/.test(line));
    expect(silenced.filter((place) => !place.includes('test'))).toEqual([]);
  });
});

describe('what the repository says of itself', () => {
  test('every link from a Markdown file leads to a file', () => {
    const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/README.md'];
    const broken = documents.flatMap((file) =>
      [
        ...linesOf(file)
          .join('\n')
          .matchAll(/\]\((?!https?:|#)([^)#]+)/g),
      ]
        .map((match) => path.join(path.dirname(file), match[1]!))
        .filter((target) => !existsSync(path.join(ROOT, target))),
    );
    expect(broken).toEqual([]);
  });

  test('every script that the documents name exists', () => {
    const scripts = Object.keys(JSON.parse(linesOf('package.json').join('\n')).scripts as Record<string, string>);
    const named = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'].flatMap((file) =>
      [
        ...linesOf(file)
          .join('\n')
          .matchAll(/npm run ([a-z:-]+)/g),
      ].map((match) => match[1]!),
    );
    expect(named.length).toBeGreaterThan(3);
    expect([...new Set(named)].filter((name) => !scripts.includes(name))).toEqual([]);
  });
});
