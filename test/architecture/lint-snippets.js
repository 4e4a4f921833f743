/**
 * Reads `[{ file, code }]` on standard input and prints, for each, the problems that the import rules of the real
 * eslint.config.js find, as `[["rule: message", ...], ...]`. A process of its own: ESLint and the TypeScript parser load
 * in two seconds here and in many more through a test runner's module system.
 */
import { ESLint } from 'eslint';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import tseslint from 'typescript-eslint';

/** The rules that say what may be imported or reached; none needs types, so no TypeScript project is loaded. */
const IMPORT_RULES = new Set([
  '@typescript-eslint/no-restricted-imports',
  'no-restricted-globals',
  'no-restricted-properties',
  'no-restricted-syntax',
]);

const eslint = new ESLint({
  cwd: fileURLToPath(new URL('../..', import.meta.url)),
  overrideConfig: { ...tseslint.configs.disableTypeChecked, files: ['**/*.ts'] },
  ruleFilter: ({ ruleId }) => IMPORT_RULES.has(ruleId),
});

/** @param {{ file: string, code: string }} snippet */
async function problemsOf({ file, code }) {
  const [result] = await eslint.lintText(`${code}\n`, { filePath: file });
  return result.messages.map(({ ruleId, message }) => `${ruleId ?? 'fatal'}: ${message}`);
}

const snippets = JSON.parse(await text(process.stdin));
const verdicts = [];
for (const snippet of snippets) {
  verdicts.push(await problemsOf(snippet));
}
process.stdout.write(JSON.stringify(verdicts));
