export interface Difference {
  field: string;
  before: unknown;
  after: unknown;
}

/** What changes without anybody having edited a setting. */
const NO_SETTINGS = new Set([
  ...['version', 'updated_at', 'status', 'paused', 'paused_by', 'pause_reason', 'completeness', 'warnings'],
  ...['last_seen_at', 'last_used_at'],
]);

/** Settings that two versions of a thing have differently. */
export function differences(before: object, after: object): Difference[] {
  const [old, now] = [before, after] as Record<string, unknown>[];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((field) => !NO_SETTINGS.has(field))
    .map((field) => ({ field, before: old?.[field] ?? null, after: now?.[field] ?? null }))
    .filter((one) => JSON.stringify(one.before) !== JSON.stringify(one.after));
}
