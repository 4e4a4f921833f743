import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type NamedStep, runSteps } from '../check-steps.ts';
import type { CheckStep } from '../contract.ts';
import { ensureDirectory, removeFile, writeExclusively } from './exclusive-write.ts';
import { readIfThere } from './folder.ts';
import { fileError } from './errors.ts';

/** Goes through what an export will do, with a small hidden file that is removed again. */
export async function checkFolder(directory: string, signal: AbortSignal): Promise<CheckStep[]> {
  const name = `.sluice-check-${randomUUID()}`;
  const write = (): Promise<boolean> =>
    writeExclusively({
      directory,
      name,
      temporaryName: `${name}-${randomUUID()}.tmp`,
      fill: async (put) => put(Buffer.from(name)),
    });
  const steps: NamedStep[] = [
    { name: 'directory', run: () => ensureDirectory(directory) },
    { name: 'write', run: write },
    {
      name: 'exclusive write',
      run: async () => {
        if (await write()) {
          throw fileError(new Error('a second file took the same name'), 'write exclusively');
        }
      },
    },
    { name: 'read', run: () => readIfThere(join(directory, name)) },
    { name: 'delete', run: () => removeFile(join(directory, name)) },
  ];
  try {
    return await runSteps(steps, signal);
  } finally {
    await removeFile(join(directory, name)).catch(() => undefined);
  }
}
