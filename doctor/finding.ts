import { errorMessage, isSluiceError } from '../core/errors.ts';

export const FINDING_STATUSES = ['ok', 'warn', 'fail'] as const;
export type FindingStatus = (typeof FINDING_STATUSES)[number];

/** One line of what `sluice doctor` says. */
export interface Finding {
  /** Stable, such as `postgres.schema`. */
  check: string;
  /** `warn`: it works, and something deserves a look. `fail`: something does not work, or will not. */
  status: FindingStatus;
  message: string;
  /** Of everything that is not `ok`. */
  remedy?: string;
}

export function ok(check: string, message: string): Finding {
  return { check, status: 'ok', message };
}

export function warn(check: string, message: string, remedy: string): Finding {
  return { check, status: 'warn', message, remedy };
}

export function fail(check: string, message: string, remedy: string): Finding {
  return { check, status: 'fail', message, remedy };
}

/** A check that cannot be made is one that fails: no check throws. */
export async function checked(check: string, remedy: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    const own = isSluiceError(error) ? error.remedy : undefined;
    return [fail(check, errorMessage(error), own ?? remedy)];
  }
}

export function worstOf(findings: readonly Finding[]): FindingStatus {
  const found = findings.map(({ status }) => FINDING_STATUSES.indexOf(status));
  return FINDING_STATUSES[Math.max(0, ...found)] ?? 'ok';
}

/** A line for each, with its remedy below, and the verdict. */
export function findingsText(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ check, status, message, remedy }) => [
    `${status.padEnd(4)}  ${check.padEnd(width)}  ${message}`,
    ...(remedy === undefined ? [] : [`${' '.repeat(width + 8)}→ ${remedy}`]),
  ]);
  const count = (status: FindingStatus): number => findings.filter((finding) => finding.status === status).length;
  return [
    ...lines,
    '',
    `${String(count('ok'))} ok, ${String(count('warn'))} to look at, ${String(count('fail'))} failed`,
  ].join('\n');
}
