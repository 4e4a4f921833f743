/** Words that are no names unless they are quoted, so that a clause cannot be taken for an alias. */
export const RESERVED: ReadonlySet<string> = new Set(
  `SELECT FROM WHERE PREWHERE GROUP HAVING ORDER LIMIT OFFSET FETCH UNION INTERSECT EXCEPT JOIN LEFT RIGHT INNER FULL OUTER
  CROSS PASTE GLOBAL LOCAL ANY ALL SEMI ANTI ASOF ON USING AS AND OR NOT IN IS LIKE ILIKE REGEXP BETWEEN CASE WHEN THEN ELSE
  END WITH RECURSIVE SETTINGS FORMAT INTO OUTFILE FINAL SAMPLE QUALIFY WINDOW ARRAY DISTINCT TOP ASC DESC NULLS BY INTERVAL
  DIV MOD OVER FILTER VALUES EXISTS NULL TRUE FALSE LATERAL PARALLEL STREAM`
    .trim()
    .split(/\s+/),
);

/** Units of time, as INTERVAL, EXTRACT and dateDiff name them. */
export const UNITS: ReadonlyMap<string, { interval: string; part: string | undefined }> = new Map([
  ['YEAR', { interval: 'toIntervalYear', part: 'toYear' }],
  ['QUARTER', { interval: 'toIntervalQuarter', part: 'toQuarter' }],
  ['MONTH', { interval: 'toIntervalMonth', part: 'toMonth' }],
  ['WEEK', { interval: 'toIntervalWeek', part: 'toISOWeek' }],
  ['DAY', { interval: 'toIntervalDay', part: 'toDayOfMonth' }],
  ['HOUR', { interval: 'toIntervalHour', part: 'toHour' }],
  ['MINUTE', { interval: 'toIntervalMinute', part: 'toMinute' }],
  ['SECOND', { interval: 'toIntervalSecond', part: 'toSecond' }],
  ['MILLISECOND', { interval: 'toIntervalMillisecond', part: 'toMillisecond' }],
  ['MICROSECOND', { interval: 'toIntervalMicrosecond', part: 'toMicrosecond' }],
]);

/** `DAYS` and `day` are DAY. */
export function unitOf(word: string): string | undefined {
  const upper = word.toUpperCase();
  return [upper, upper.replace(/S$/, '')].find((name) => UNITS.has(name));
}
