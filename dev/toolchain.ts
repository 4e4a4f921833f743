import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SluiceError } from '../core/errors.ts';

/** The programs that the embedded stack may need, with what each is needed for. */
const TOOLCHAINS = {
  go: {
    purpose: 'to build',
    remedy: 'Install Go 1.24 or newer (https://go.dev/dl), or put the program itself on PATH.',
  },
  java: {
    purpose: 'to run',
    remedy: 'Install a Java runtime, version 17 or newer (Debian: apt-get install default-jre-headless).',
  },
  mvn: {
    purpose: 'to fetch',
    remedy: 'Install Maven 3.8 or newer (Debian: apt-get install maven).',
  },
  python3: {
    purpose: 'to install',
    remedy: 'Install Python 3.11 or newer with venv and pip (Debian: apt-get install python3-venv python3-pip).',
  },
} as const;

export type Toolchain = keyof typeof TOOLCHAINS;

/** The absolute path of an executable on PATH. */
export function findOnPath(program: string): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const candidate = join(folder, program);
    if (folder !== '' && isExecutable(candidate)) {
      return candidate;
    }
  }
  return undefined;
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The program's path, or an error that says what is missing, what it is for and how to get it. */
export function requireToolchain(program: Toolchain, wanted: string): string {
  const found = findOnPath(program);
  if (found !== undefined) {
    return found;
  }
  const { purpose, remedy } = TOOLCHAINS[program];
  throw new SluiceError({
    code: 'dev_toolchain_missing',
    message: `"${program}" is not on PATH; it is needed ${purpose} ${wanted}.`,
    retryable: false,
    fault: 'customer',
    remedy,
  });
}
