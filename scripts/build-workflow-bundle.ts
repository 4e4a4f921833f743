/** Bundles the workflows once, for production: a worker that is given the bundle starts without webpack. */
import { bundleWorkflowCode } from '@temporalio/worker';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const WORKFLOW_BUNDLE_PATH = fileURLToPath(new URL('../dist/workflow-bundle.js', import.meta.url));

/** Its source map is inline. */
export async function buildWorkflowBundle(file = WORKFLOW_BUNDLE_PATH): Promise<{ path: string; bytes: number }> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)),
  });
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, code);
  return { path: file, bytes: Buffer.byteLength(code) };
}
