import type { ColumnType } from '../core/columns.ts';
import { SluiceError } from '../core/errors.ts';
import type { ModelColumn } from '../core/models.ts';
import { quoteName } from './sql.ts';

/**
 * One event as PostHog's capture endpoint takes it, in one line of text. Properties are put in as they were captured;
 * a raw line break can only be white space between JSON tokens there. Throws export_column_missing.
 */
export function posthogEvent(model: readonly ModelColumn[]): string {
  const part = (name: string, kinds: ColumnType['kind'][]): string => partSql(model, name, kinds);
  const [uuid, event] = [part('uuid', ['uuid', 'text']), part('event', ['text'])];
  const [distinctId, timestamp] = [part('distinct_id', ['text']), part('timestamp', ['timestamp'])];
  return `concat('{"uuid":', toJSONString(toString(${uuid})), ',"event":', toJSONString(toString(${event})),
    ',"distinct_id":', toJSONString(${distinctId}),
    ',"timestamp":"', formatDateTime(${timestamp}, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC'),
    '","properties":', replaceRegexpAll(${part('properties', ['json'])}, '[\\r\\n]', ' '), '}') AS line`;
}

function partSql(model: readonly ModelColumn[], name: string, kinds: ColumnType['kind'][]): string {
  const found = model.find((candidate) => candidate.name === name);
  if (found === undefined || found.nullable || !kinds.includes(found.type.kind)) {
    throw new SluiceError({
      code: 'export_column_missing',
      message: `the destination takes whole events, and ${name} among the export's columns is none or something else`,
      retryable: false,
      fault: 'customer',
      remedy:
        'Choose the columns uuid, event, distinct_id, timestamp and properties under these names, or all columns.',
    });
  }
  return found.sql ?? quoteName(name);
}
