/**
 * Completes package-lock.json after `npm install`: npm leaves out a platform's optional package when the registry it
 * asked does not serve that version yet (mirrors lag behind), and `npm ci` then refuses the whole lock file, on every
 * platform. The missing entries follow from their parents' `optionalDependencies`, which name exact versions.
 *
 * Run it as `npm run complete-lock`; test/architecture/lock-file.test.ts fails when it is needed.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const LOCK_FILE = new URL('../package-lock.json', import.meta.url);
const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'x64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'wasm32'];

/** @typedef {{ version?: string, optionalDependencies?: Record<string, string>, dev?: boolean, optional?: boolean }} Entry */

/** Where Node would find `name` from the package at `from`, or undefined. */
function resolve(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    const candidate = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (candidate in packages) {
      return candidate;
    }
    if (folder === '') {
      return undefined;
    }
  }
}

/** The platform that a package's name stands for (`@swc/core-linux-arm64-musl`), in package.json's terms. */
function platformOf(name) {
  const words = name.split(/[-/]/);
  const os = SYSTEMS.filter((system) => words.includes(system));
  const cpu = PROCESSORS.filter((processor) => words.includes(processor));
  const musl = words.some((word) => word.startsWith('musl')) ? ['musl'] : [];
  const glibc = words.some((word) => word.startsWith('gnu')) ? ['glibc'] : [];
  const libc = os.includes('linux') ? [...glibc, ...musl] : [];
  return { cpu, ...(libc.length > 0 ? { libc } : {}), os };
}

/**
 * The optional dependencies with an exact version that the lock file has no entry for.
 * @param {Record<string, Entry>} packages @returns {Record<string, object>} by their place in node_modules
 */
export function missingEntries(packages) {
  const missing = {};
  for (const [from, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (/^\d/.test(version) && resolve(packages, from, name) === undefined) {
        missing[`node_modules/${name}`] = { version, ...platformOf(name), ...(dev ? { dev } : {}), optional: true };
      }
    }
  }
  return missing;
}

function completeLock() {
  const lock = JSON.parse(readFileSync(LOCK_FILE, 'utf8'));
  const missing = missingEntries(lock.packages);
  const entries = Object.entries({ ...lock.packages, ...missing });
  lock.packages = Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
  writeFileSync(LOCK_FILE, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`package-lock.json: ${Object.keys(missing).length} entries added`);
}

if (process.argv[1] === import.meta.filename) {
  completeLock();
}
