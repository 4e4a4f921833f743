/** Bundles the workflows once, for production: a worker that is given the bundle starts without webpack. */
import { bundleWorkflowCode } from '@temporalio/worker';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const pathOf = (file: string): string => fileURLToPath(new URL(`../${file}`, import.meta.url));

export const WORKFLOW_BUNDLE_PATH = pathOf('dist/workflow-bundle.js');
/** For workers with tracing: the same workflows with interceptors around them. */
export const TRACED_BUNDLE_PATH = pathOf('dist/workflow-bundle-traced.js');
export const TRACING_MODULES = [pathOf('observability/tracing/workflow-interceptors.ts')];

/** Its source map is inline. */
export async function buildWorkflowBundle(
  file = WORKFLOW_BUNDLE_PATH,
  workflowInterceptorModules: string[] = [],
): Promise<{ path: string; bytes: number }> {
  const workflowsPath = pathOf('workflows/index.ts');
  const { code } = await bundleWorkflowCode({ workflowsPath, workflowInterceptorModules });
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, code);
  return { path: file, bytes: Buffer.byteLength(code) };
}
