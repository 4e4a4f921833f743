import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

/** Everything a reader of a workflow's history can see: the history as JSON, and each payload as text below it. */
export function historyText(history: Parameters<typeof historyToJSON>[0]): string {
  const json = historyToJSON(history);
  return [json, ...payloadTexts(JSON.parse(json))].join('\n');
}

/** The decoded `data` of every payload in a history that was read from JSON. */
export function payloadTexts(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const { data } = value as { data?: unknown };
  const own = typeof data === 'string' ? [Buffer.from(data, 'base64').toString('utf8')] : [];
  return [...own, ...Object.values(value).flatMap(payloadTexts)];
}
