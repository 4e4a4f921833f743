export const INTERVAL_LABELS: Readonly<Record<string, string>> = {
  '1m': 'every minute',
  '5m': 'every 5 minutes',
  '15m': 'every 15 minutes',
  hour: 'every hour',
  day: 'every day',
  week: 'every week',
};

export const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

export function intervalLabel(interval: string): string {
  return INTERVAL_LABELS[interval] ?? interval;
}

/** "every week, Monday 03:00, Europe/Berlin". */
export function scheduleLabel(schedule: {
  interval: string;
  time_zone: string;
  hour_offset: number;
  weekday_offset: number;
}): string {
  const { interval } = schedule;
  const hour = `${String(schedule.hour_offset).padStart(2, '0')}:00`;
  const at = interval === 'week' ? `${WEEKDAYS[schedule.weekday_offset] ?? ''} ${hour}` : hour;
  return interval === 'day' || interval === 'week'
    ? `${intervalLabel(interval)}, ${at}, ${schedule.time_zone}`
    : intervalLabel(interval);
}
