import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { buildGoProgram } from '../../dev/go-program.ts';
import { findOnPath, requireToolchain } from '../../dev/toolchain.ts';

const run = promisify(execFile);

/** Kustomize itself: that of kubectl where that is on PATH, else built once. */
async function program(): Promise<[string, string]> {
  const kubectl = findOnPath('kubectl');
  if (kubectl !== undefined) {
    return [kubectl, 'kustomize'];
  }
  const about = 'builds the manifests of ops/kubernetes as kubectl does';
  const spec = { name: 'kustomize', version: '5.8.3', modulePath: 'sigs.k8s.io/kustomize/kustomize/v5', about };
  return [await buildGoProgram(spec, () => undefined), 'build'];
}

/** The objects that `kubectl apply -k folder` would apply. */
export async function kustomize<Built>(folder: string): Promise<Built[]> {
  const [command, verb] = await program();
  const { stdout } = await run(command, [verb, folder], { maxBuffer: 16 * 1024 * 1024 });
  return parseAllDocuments(stdout).map((document) => document.toJS() as Built);
}

/** The folder of a Go module's sources, for the definitions that it publishes; downloaded once. */
export async function goModule(module: string, version: string): Promise<string> {
  const go = requireToolchain('go', module);
  const { stdout } = await run(go, ['mod', 'download', '-json', `${module}@${version}`]);
  return (JSON.parse(stdout) as { Dir: string }).Dir;
}
