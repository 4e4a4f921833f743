import { normalize, sep } from 'node:path';
import { FILE_OUTPUTS } from '../../core/formats.ts';
import { runSteps } from '../check-steps.ts';
import type { Destination } from '../contract.ts';
import { renderPrefix } from '../prefix.ts';
import { checkFolder } from './check.ts';
import { type FileConfig, fileConfigSchema } from './config.ts';
import { directoryRefused } from './errors.ts';
import { FileSession } from './session.ts';

export interface FileOptions {
  /**
   * Folders below which `directory` must lie. Without it any folder that the worker may write to is allowed, which is
   * right only where everybody who can create a destination is trusted with the worker's machine.
   */
  allowedRoots?: readonly string[];
}

function requireAllowed(config: FileConfig, options: FileOptions): void {
  const directory = normalize(`${config.directory}${sep}`);
  const roots = options.allowedRoots?.map((root) => normalize(`${root}${sep}`));
  if (roots !== undefined && !roots.some((root) => directory.startsWith(root))) {
    throw directoryRefused(config.directory);
  }
}

export function createFileDestination(options: FileOptions = {}): Destination<FileConfig> {
  return {
    kind: 'file',
    title: 'Local folder',
    summary: 'Files in a folder of the machine that the worker runs on.',
    guarantee: 'exactly_once',
    modes: ['append'],
    supplements: true,
    configSchema: fileConfigSchema,
    secretFields: [],
    formats: FILE_OUTPUTS,
    check: async (config, signal) => {
      const allowed = { name: 'allowed', run: () => Promise.resolve().then(() => requireAllowed(config, options)) };
      const first = await runSteps([allowed], signal);
      return first[0]?.status === 'failed' ? first : [...first, ...(await checkFolder(config.directory, signal))];
    },
    open: async (config, context) => {
      requireAllowed(config, options);
      const { interval, model: table, exportId } = context;
      const prefix = renderPrefix(config.prefix, { interval, table, exportId });
      const session = new FileSession(config.directory, prefix, context);
      await session.begin();
      return session;
    },
  };
}

export const fileDestination = createFileDestination();
