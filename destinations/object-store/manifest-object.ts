import type { SessionContext } from '../contract.ts';
import { encodeManifest, judgeManifest, type Manifest, parseManifest } from '../manifest.ts';
import { withGrace } from '../abort.ts';
import { writeConflict } from './errors.ts';
import type { ObjectStore } from './store.ts';

/** Each lost round means that another commit went through; more than a few in a row do not happen. */
const SWAP_ROUNDS = 5;
/** A swap under way when the attempt is aborted gets this long, so that it is known whether the interval is visible. */
const GRACE_MS = 3_000;

export interface FoundManifest {
  manifest: Manifest;
  etag: string;
}

export async function readManifest(
  store: ObjectStore,
  key: string,
  signal: AbortSignal,
): Promise<FoundManifest | undefined> {
  const found = await store.readText(key, signal);
  return found === undefined ? undefined : { manifest: parseManifest(key, found.text), etag: found.etag };
}

/**
 * Compare and swap: creates the manifest, or replaces exactly the older one that was read and that `build` was given.
 * Returns the manifest that stands, and whether it stood before. Throws run_superseded before a newer one.
 */
export async function swapManifest(
  store: ObjectStore,
  key: string,
  build: (found: Manifest | undefined) => Manifest,
  context: SessionContext,
): Promise<{ manifest: Manifest; stoodBefore: boolean }> {
  for (let round = 0; round < SWAP_ROUNDS; round += 1) {
    const found = await readManifest(store, key, context.signal);
    if (found !== undefined && judgeManifest(key, found.manifest, context) === 'mine') {
      return { manifest: found.manifest, stoodBefore: true };
    }
    const mine = build(found?.manifest);
    const object = { key, contentType: 'application/json', metadata: {} };
    const condition = found === undefined ? { onlyNew: true as const } : { onlyIf: found.etag };
    const written = await withGrace(context.signal, GRACE_MS, (signal) =>
      store.put(object, encodeManifest(mine), condition, signal),
    );
    if (written.outcome === 'stored') {
      return { manifest: mine, stoodBefore: false };
    }
  }
  throw writeConflict(key);
}
