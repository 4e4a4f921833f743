import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import jest from 'eslint-plugin-jest';
import reactHooks from 'eslint-plugin-react-hooks';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';
import { FOLDER_RULES, importRuleConfigs } from './scripts/import-rules.js';

/** Code lines: blank lines and comments are free. */
const codeLines = (max) => ['error', { max, skipBlankLines: true, skipComments: true }];

const TESTS = ['**/*.test.ts', 'test/**/*.ts'];
/** The client's package names what it needs of this one. */
const PACKAGE = { packageDir: import.meta.dirname };
const TOOLING = ['dev/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts'];

const strictness = {
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/explicit-module-boundary-types': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
  curly: ['error', 'all'],
  eqeqeq: ['error', 'always'],
  'no-console': 'error',
  'object-shorthand': 'error',
  'prefer-const': 'error',
};

/** One idea per file, one step per function. */
const sizes = {
  complexity: ['error', 12],
  'max-lines': codeLines(400),
  'max-lines-per-function': codeLines(70),
};

/** Where strictTypeChecked would be noise: what it asks for makes no line safer here. */
const tuned = {
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  '@typescript-eslint/no-confusing-void-expression': 'off',
  '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
  '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
  '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }],
  // Names of objects and header values are checked for exactly these characters.
  'no-control-regex': 'off',
  // Parts are plain objects made by functions; their methods use no `this` and are passed around.
  '@typescript-eslint/unbound-method': 'off',
  '@typescript-eslint/no-dynamic-delete': 'off',
  // The classes of Node's own streams are interchangeable where their interfaces are.
  '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
  // An async function without await is how an interface that returns a promise is satisfied.
  '@typescript-eslint/require-await': 'off',
  // A type parameter that is used once still names the caller's choice (`queryRows<Row>`).
  '@typescript-eslint/no-unnecessary-type-parameters': 'off',
};

/** A focused or disabled test, or one that expects nothing, is a test that cannot fail. */
const honestTests = {
  'jest/expect-expect': ['error', { assertFunctionNames: ['expect*', 'assert*', 'fc.assert', '**.assert*'] }],
  'jest/no-alias-methods': 'error',
  'jest/no-commented-out-tests': 'error',
  'jest/no-disabled-tests': 'error',
  'jest/no-duplicate-hooks': 'error',
  'jest/no-focused-tests': 'error',
  'jest/no-identical-title': 'error',
  'jest/valid-describe-callback': 'error',
  'jest/valid-expect': 'error',
  'jest/valid-expect-in-promise': 'error',
};

export default defineConfig(
  globalIgnores(['dist/', 'node_modules/', '.sluice/', 'coverage/', 'api-client/schema.ts', 'ui/public/']),
  {
    files: ['**/*.js', '**/*.cjs'],
    extends: [js.configs.recommended],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
    rules: { curly: ['error', 'all'], eqeqeq: ['error', 'always'], ...sizes },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs', globals: { require: 'readonly', __dirname: 'readonly' } },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [js.configs.recommended, tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver({ project: 'tsconfig.json' })] },
    rules: {
      ...strictness,
      ...sizes,
      ...tuned,
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'no-restricted-properties': [
        'error',
        { object: 'URL', property: 'canParse', message: 'Use core/parse-url.ts, which says why.' },
      ],
      // What is imported is in package.json: a package that only happens to be there goes away with its parent.
      'import-x/no-extraneous-dependencies': ['error', PACKAGE],
    },
  },
  ...importRuleConfigs,
  { files: ['cli.ts', 'cli/**/*.ts', ...TOOLING], rules: { 'no-console': 'off' } },
  { files: ['ui/**'], extends: [reactHooks.configs.flat.recommended] },
  // Browsers have no such fault, and the console's build no core.
  { files: ['ui/**'], rules: { 'no-restricted-properties': 'off' } },
  {
    files: Object.keys(FOLDER_RULES).map((folder) => `${folder}/**/*.ts`),
    // The console's packages end in its build.
    ignores: [...TESTS, 'ui/**'],
    rules: { 'import-x/no-extraneous-dependencies': ['error', { ...PACKAGE, devDependencies: false }] },
  },
  {
    files: TESTS,
    plugins: { jest },
    settings: { jest: { version: 30 } },
    rules: {
      ...honestTests,
      'max-lines-per-function': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Bodies of answers and parsed JSON are `any` here; an assertion follows at once.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);
