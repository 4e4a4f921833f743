import { parseUrl } from '../core/parse-url.ts';
import { sentName } from './config-case.ts';
import type { ApiDeps } from './deps.ts';
import { forField } from './problem.ts';

/** Fields of the destinations' configs that say where to connect to, as a URL or as a bare host. */
const HOST_FIELDS = ['endpoint', 'url', 'host'];

/**
 * Refuses a config whose host may not be called from this installation, as early as its user can be told. A courtesy:
 * what a name resolves to can change, so every connection is judged again when it is made.
 */
export async function refuseHosts(
  { assertHost }: Pick<ApiDeps, 'assertHost'>,
  config: Record<string, unknown>,
): Promise<void> {
  for (const field of HOST_FIELDS) {
    const value = config[field];
    if (typeof value === 'string') {
      const host = parseUrl(value)?.hostname ?? value;
      await forField(`config.${sentName(field)}`, () => assertHost(sentName(field), host));
    }
  }
}
