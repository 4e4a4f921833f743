import { SluiceError } from '../core/errors.ts';
import type { Destination } from '../destinations/contract.ts';
import { openDestinationConfig, type DestinationRecord } from '../store/destinations.ts';
import { sentName, toCamelCase } from './config-case.ts';
import type { ApiDeps } from './deps.ts';
import { refuseHosts } from './destination-hosts.ts';
import { problemOfIssues, validationError } from './problem.ts';

/** Parses a complete config, in the domain's names, by the destination's own schema; names each wrong field. */
export function parseConfig(
  destination: Destination<unknown>,
  config: Record<string, unknown>,
): Record<string, unknown> {
  const parsed = destination.configSchema.safeParse(config);
  if (!parsed.success) {
    throw validationError(problemOfIssues(parsed.error.issues, configPath));
  }
  return parsed.data as Record<string, unknown>;
}

function configPath(path: readonly PropertyKey[]): string {
  const [first, ...rest] = path.map(String);
  return ['config', ...(first === undefined ? [] : [sentName(first)]), ...rest].join('.');
}

/** Changes single fields; null removes one, so that its default applies again. */
function mergeConfig(stored: Record<string, unknown>, changes: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...stored, ...toCamelCase(changes) };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
}

/** The stored config with these changes, parsed. */
export async function changedConfig(
  deps: ApiDeps,
  record: DestinationRecord,
  changes: Record<string, unknown>,
): Promise<{ values: Record<string, unknown>; secretFields: readonly string[] }> {
  const destination = deps.findDestination(record.kind);
  const stored = await openDestinationConfig(deps.db, deps.box, record.id);
  const values = parseConfig(destination, mergeConfig(stored, changes));
  await refuseHosts(deps, values);
  return { values, secretFields: destination.secretFields };
}

/** A kind that a team can choose. Throws destination_kind_unknown, also for one that is only made for it. */
export function offeredKind(deps: ApiDeps, kind: string): Destination<unknown> {
  const found = deps.destinationKinds.find((offered) => offered.kind === kind);
  if (found === undefined) {
    const known = deps.destinationKinds.map((offered) => offered.kind).join(', ');
    throw new SluiceError({
      code: 'destination_kind_unknown',
      message: `there is no destination kind ${JSON.stringify(kind)}; known are ${known}`,
      retryable: false,
      fault: 'customer',
      remedy: 'Use one of the known kinds.',
    });
  }
  return found;
}
