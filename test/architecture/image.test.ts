import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { FOLDER_RULES } from '../../scripts/import-rules.js';

/** The Dockerfile compiles what .dockerignore leaves of the sources, and runs with what `npm prune` leaves of the packages. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

interface Import {
  file: string;
  imported: string;
}

function importsOf(file: string): Import[] {
  const { importedFiles } = ts.preProcessFile(read(file));
  return importedFiles.map(({ fileName }) => ({
    file,
    imported: fileName.startsWith('.') ? path.join(path.dirname(file), fileName) : fileName,
  }));
}

/** Imports of every file that the compiler looks at: those of tsconfig.build.json, and what they lead to. */
function compiledImports(): Import[] {
  const { config } = ts.readConfigFile(path.join(ROOT, 'tsconfig.build.json'), ts.sys.readFile) as { config: unknown };
  const { fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const files = new Set(fileNames.map((file) => path.relative(ROOT, file)));
  const imports: Import[] = [];
  for (const file of files) {
    const found = importsOf(file);
    imports.push(...found);
    found.filter(({ imported }) => imported.endsWith('.ts')).forEach(({ imported }) => files.add(imported));
  }
  expect(files.size).toBeGreaterThan(300);
  return imports;
}

test('what is compiled imports nothing that the image does not get', () => {
  const left = read('.dockerignore')
    .split('\n')
    .filter((line) => /^[a-z]/.test(line));
  expect(left).toContain('test');
  const missing = compiledImports().filter(({ imported }) => left.includes(imported.split(path.sep)[0] ?? ''));
  expect(missing).toEqual([]);
});

test('what runs imports only packages that are no development dependencies', () => {
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
  const product = [...Object.keys(FOLDER_RULES), 'server.ts', 'worker.ts', 'setup.ts', 'cli.ts', 'config.ts'];
  const values = compiledImports()
    .filter(({ file, imported }) => product.includes(file.split(path.sep)[0] ?? '') && !imported.endsWith('.ts'))
    .filter(({ file, imported }) => !isTypeOnly(read(file), imported));
  const packageOf = (imported: string): string =>
    imported
      .split('/')
      .slice(0, imported.startsWith('@') ? 2 : 1)
      .join('/');
  const extra = values.filter(({ imported }) => !isBuiltin(imported) && !(packageOf(imported) in dependencies));
  expect(values.length).toBeGreaterThan(300);
  expect(extra).toEqual([]);
});

/** `import type` vanishes when it is compiled. */
function isTypeOnly(text: string, imported: string): boolean {
  const source = imported.replaceAll('/', '\\/');
  return !new RegExp(
    `(?:^|\\n)(?:import|export) (?!type )[^;]*?from '${source}'|import\\('${source}'\\)|^import '${source}'`,
  ).test(text);
}
