import { createRequire } from 'node:module';

/**
 * A vendor's SDK, loaded when it is needed first: each takes 10 to 50 MiB and up to two seconds, which a process without
 * such a destination should not pay. `before` and `after` run once each, around loading.
 */
export function lazySdk<Sdk>(
  name: string,
  { before, after }: { before?: () => void; after?: (sdk: Sdk) => void } = {},
): () => Sdk {
  let loaded: Sdk | undefined;
  const load = (): Sdk => {
    before?.();
    const sdk = createRequire(import.meta.url)(name) as Sdk;
    after?.(sdk);
    return sdk;
  };
  return () => (loaded ??= load());
}
