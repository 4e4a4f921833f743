import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { WorkerOptions } from '@temporalio/worker';

/**
 * The bundle that the build made; a checkout without one bundles at start, which costs a second and 55 MB. With modules
 * of interceptors it is the other bundle, which has them.
 */
export function workflowCode(
  interceptorModules: readonly string[],
): Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath' | 'interceptors'> {
  const name = interceptorModules.length === 0 ? 'workflow-bundle.js' : 'workflow-bundle-traced.js';
  const codePath = fileURLToPath(new URL(`../${name}`, import.meta.url));
  return existsSync(codePath)
    ? { workflowBundle: { codePath } }
    : {
        workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)),
        interceptors: { workflowModules: [...interceptorModules] },
      };
}
