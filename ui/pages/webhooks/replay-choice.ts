export interface ReplayChoice {
  scope: 'failed' | 'matched';
  from: Date;
  until: Date;
}

/** As the date picker holds a time: local, without a zone. */
export function wallTime(at: Date): string {
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace('T', ' ');
}
