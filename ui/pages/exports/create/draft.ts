import type { paths, Schemas } from '../../../../api-client/index.ts';
import type { DestinationKind, Export } from '../data.ts';

type Format = DestinationKind['formats'][number];
type CreateBody = NonNullable<paths['/api/v1/exports']['post']['requestBody']>['content']['application/json'];
type ScheduleBody = Pick<CreateBody, 'interval' | 'time_zone' | 'hour_offset' | 'weekday_offset'>;
type ReadingBody = Pick<
  CreateBody,
  'query' | 'key' | 'filter' | 'columns' | 'privacy' | 'format' | 'mode' | 'max_file_mb'
>;

/** An export while it is being written: what people choose, without what follows from it. */
export interface Draft {
  name: string;
  model: Export['model'];
  query: string;
  /** Columns of the query that identify a row. */
  key: string[];
  includeEvents: string[];
  excludeEvents: string[];
  properties: Schemas['Export']['filter']['properties'];
  /** `parquet/zstd`; empty for tables. */
  format: string;
  mode: Export['mode'];
  maxFileMb: number | undefined;
  interval: Export['interval'];
  timeZone: string;
  hourOffset: number;
  weekdayOffset: number;
  columns: Export['columns'];
  privacy: Export['privacy'];
}

export function newDraft(kind: DestinationKind, timeZone: string): Draft {
  const [format] = kind.formats;
  return {
    name: `Events to ${kind.title}`,
    ...{ model: 'events', query: '', key: [], includeEvents: [], excludeEvents: [], properties: undefined },
    format: format === undefined ? '' : formatKey(format),
    mode: kind.modes[0] ?? 'append',
    maxFileMb: undefined,
    ...{ interval: 'hour', timeZone, hourOffset: 0, weekdayOffset: 0, columns: null, privacy: null },
  };
}

/** An export as a draft, for a change or a copy of it. */
export function draftOf(record: Export): Draft {
  const { filter, format } = record;
  return {
    ...{ name: record.name, model: record.model, query: record.query ?? '', key: record.key ?? [] },
    includeEvents: filter.include_events ?? [],
    excludeEvents: filter.exclude_events ?? [],
    properties: filter.properties,
    format: format === null ? '' : formatKey(format),
    mode: record.mode,
    maxFileMb: record.max_file_mb ?? undefined,
    ...{ interval: record.interval, timeZone: record.time_zone },
    ...{ hourOffset: record.hour_offset, weekdayOffset: record.weekday_offset },
    ...{ columns: record.columns, privacy: record.privacy },
  };
}

export function formatKey({ file_format, compression }: { file_format: string; compression: string }): string {
  return file_format === 'table' ? '' : `${file_format}/${compression}`;
}

/** The schedule as the API wants it. Hours and weekdays only where the interval has them. */
export function scheduleBody({ interval, timeZone, hourOffset, weekdayOffset }: Draft): ScheduleBody {
  const isLong = interval === 'day' || interval === 'week';
  return {
    interval,
    time_zone: timeZone,
    hour_offset: isLong ? hourOffset : 0,
    weekday_offset: interval === 'week' ? weekdayOffset : 0,
  };
}

/** What is read and how it is written, as the API wants it. */
export function readingBody(draft: Draft): ReadingBody {
  const { model, includeEvents, excludeEvents, properties, maxFileMb } = draft;
  const [fileFormat, compression] = draft.format.split('/');
  const filter = {
    ...(includeEvents.length > 0 ? { include_events: includeEvents } : {}),
    ...(excludeEvents.length > 0 ? { exclude_events: excludeEvents } : {}),
    ...(properties === undefined ? {} : { properties }),
  };
  return {
    ...(model === 'sql'
      ? { query: draft.query, ...(draft.key.length > 0 ? { key: draft.key } : {}) }
      : { filter, columns: draft.columns, privacy: draft.privacy }),
    ...(draft.format === '' ? {} : { format: { file_format: fileFormat, compression } as FileFormat }),
    mode: draft.mode,
    ...(maxFileMb === undefined ? {} : { max_file_mb: maxFileMb }),
  };
}

type FileFormat = NonNullable<Export['format']>;

/** The body that creates the export. */
export function createBody(draft: Draft, destinationId: string): CreateBody {
  return {
    name: draft.name,
    destination_id: destinationId,
    model: draft.model,
    ...readingBody(draft),
    ...scheduleBody(draft),
  };
}

export function formatLabel(format: Format): string {
  return format.compression === 'none' ? format.file_format : `${format.file_format}, ${format.compression}`;
}
