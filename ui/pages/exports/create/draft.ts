import type { paths, Schemas } from '../../../../api-client/index.ts';
import { soundJson, type BrokenJson } from '../../../form/broken-json.ts';
import type { DestinationKind, Export } from '../data.ts';

type Format = DestinationKind['formats'][number];
export type CreateBody = NonNullable<paths['/api/v1/exports']['post']['requestBody']>['content']['application/json'];
export type PatchBody = NonNullable<
  paths['/api/v1/exports/{id}']['patch']['requestBody']
>['content']['application/json'];
type ScheduleBody = Pick<
  CreateBody,
  'interval' | 'time_zone' | 'hour_offset' | 'weekday_offset' | 'jitter_seconds' | 'start_at' | 'end_at'
>;
type Properties = Schemas['Export']['filter']['properties'];

/** An export while it is being written: what people choose, without what follows from it. */
export interface Draft {
  name: string;
  model: Export['model'];
  query: string;
  /** Columns of the query that identify a row. */
  key: string[];
  /** The column of the query whose greater value wins; empty: none. */
  versionColumn: string;
  includeEvents: string[];
  excludeEvents: string[];
  properties: Properties | BrokenJson;
  /** `parquet/zstd`; empty for tables. */
  format: string;
  mode: Export['mode'];
  maxFileMb: number | undefined;
  interval: Export['interval'];
  timeZone: string;
  hourOffset: number;
  weekdayOffset: number;
  jitterSeconds: number;
  startAt: Export['start_at'];
  endAt: Export['end_at'];
  columns: Export['columns'];
  privacy: Export['privacy'];
}

export function newDraft(kind: DestinationKind, timeZone: string): Draft {
  const [format] = kind.formats;
  return {
    name: `Events to ${kind.title}`,
    ...{ model: 'events', query: '', key: [], versionColumn: '' },
    ...{ includeEvents: [], excludeEvents: [], properties: undefined },
    format: format === undefined ? '' : formatKey(format),
    mode: kind.modes[0] ?? 'append',
    maxFileMb: undefined,
    ...{ interval: 'hour', timeZone, hourOffset: 0, weekdayOffset: 0 },
    ...{ jitterSeconds: 0, startAt: null, endAt: null, columns: null, privacy: null },
  };
}

/** An export as a draft, for a change or a copy of it. */
export function draftOf(record: Export): Draft {
  const { filter, format } = record;
  return {
    ...{ name: record.name, model: record.model, query: record.query ?? '', key: record.key ?? [] },
    versionColumn: record.version_column ?? '',
    includeEvents: filter.include_events ?? [],
    excludeEvents: filter.exclude_events ?? [],
    properties: filter.properties,
    format: format === null ? '' : formatKey(format),
    mode: record.mode,
    maxFileMb: record.max_file_mb ?? undefined,
    ...{ interval: record.interval, timeZone: record.time_zone },
    ...{ hourOffset: record.hour_offset, weekdayOffset: record.weekday_offset },
    ...{ jitterSeconds: record.jitter_seconds, startAt: record.start_at, endAt: record.end_at },
    ...{ columns: record.columns, privacy: record.privacy },
  };
}

export function formatKey({ file_format, compression }: { file_format: string; compression: string }): string {
  return file_format === 'table' ? '' : `${file_format}/${compression}`;
}

/** The schedule as the API wants it. Hours and weekdays only where the interval has them. */
export function scheduleBody(draft: Draft): ScheduleBody {
  const { interval, timeZone, hourOffset, weekdayOffset } = draft;
  const isLong = interval === 'day' || interval === 'week';
  return {
    interval,
    time_zone: timeZone,
    hour_offset: isLong ? hourOffset : 0,
    weekday_offset: interval === 'week' ? weekdayOffset : 0,
    jitter_seconds: draft.jitterSeconds,
    start_at: draft.startAt,
    end_at: draft.endAt,
  };
}

/** Only what is chosen. Throws where the conditions are no JSON. */
function filterBody({ includeEvents, excludeEvents, properties }: Draft): Export['filter'] {
  const sound = soundJson(properties, 'Conditions on properties');
  return {
    ...(includeEvents.length > 0 ? { include_events: includeEvents } : {}),
    ...(excludeEvents.length > 0 ? { exclude_events: excludeEvents } : {}),
    ...(sound === undefined ? {} : { properties: sound }),
  };
}

/** How rows are written, and what must not leave: of every model. */
function writingBody({ format, mode, privacy }: Draft): Pick<CreateBody, 'format' | 'mode' | 'privacy'> {
  const [fileFormat, compression] = format.split('/');
  return {
    ...(format === '' ? {} : { format: { file_format: fileFormat, compression } as FileFormat }),
    ...{ mode, privacy },
  };
}

type FileFormat = NonNullable<Export['format']>;

/** The body that creates the export: what is empty is left out. Throws where it cannot be sent. */
export function createBody(draft: Draft, destinationId: string): CreateBody {
  const { name, model, query, key, versionColumn, maxFileMb } = draft;
  return {
    ...{ name, destination_id: destinationId, model },
    ...(model === 'sql'
      ? {
          query,
          ...(key.length > 0 ? { key } : {}),
          ...(versionColumn === '' ? {} : { version_column: versionColumn }),
        }
      : { filter: filterBody(draft), columns: draft.columns }),
    ...writingBody(draft),
    ...(maxFileMb === undefined ? {} : { max_file_mb: maxFileMb }),
    ...scheduleBody(draft),
  };
}

/**
 * The body that changes the export into the draft: what is empty is removed. Dates only when they are others: for new ones
 * the API looks at every interval again. Throws where it cannot be sent.
 */
export function patchBody(draft: Draft, record: Export): PatchBody {
  const { name, model, query, key, versionColumn, maxFileMb } = draft;
  const { start_at, end_at, ...schedule } = scheduleBody(draft);
  return {
    name,
    ...(model === 'sql'
      ? { query, key, version_column: versionColumn === '' ? null : versionColumn }
      : { filter: filterBody(draft), columns: draft.columns }),
    ...writingBody(draft),
    max_file_mb: maxFileMb ?? null,
    ...schedule,
    ...(start_at === record.start_at ? {} : { start_at }),
    ...(end_at === record.end_at ? {} : { end_at }),
  };
}

export function formatLabel(format: Format): string {
  return format.compression === 'none' ? format.file_format : `${format.file_format}, ${format.compression}`;
}
