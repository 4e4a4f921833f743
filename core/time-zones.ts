/**
 * Names of today's IANA database for which the runtime (ICU) keeps an older spelling as the canonical one. Temporal's
 * server knows both.
 */
const RENAMED = [
  ...['Africa/Asmara', 'America/Argentina/Buenos_Aires', 'America/Argentina/Catamarca', 'America/Argentina/Cordoba'],
  ...['America/Argentina/Jujuy', 'America/Argentina/Mendoza', 'America/Atikokan', 'America/Indiana/Indianapolis'],
  ...['America/Kentucky/Louisville', 'America/Nuuk', 'Asia/Ho_Chi_Minh', 'Asia/Kathmandu', 'Asia/Kolkata'],
  ...['Asia/Yangon', 'Atlantic/Faroe', 'Europe/Kyiv', 'Pacific/Chuuk', 'Pacific/Kanton', 'Pacific/Pohnpei'],
];
const MAX_MATCHES = 3;
/** Letters that may differ in a close match. */
const MAX_DISTANCE = 3;

let known: Set<string> | undefined;

/**
 * True for the name of a zone in the spelling of the IANA database. The runtime takes any case, but the zone goes to
 * Temporal's server, which minds it.
 */
export function isTimeZone(name: string): boolean {
  return names().has(name);
}

/** Names that somebody may have meant, the closest first. */
export function closeTimeZones(name: string): string[] {
  const wanted = comparable(name);
  return [...names()]
    .map((each) => ({ each, distance: Math.min(distance(wanted, comparable(each)), distance(wanted, city(each))) }))
    .filter((match) => match.distance <= MAX_DISTANCE)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MAX_MATCHES)
    .map(({ each }) => each);
}

function names(): Set<string> {
  known ??= new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), ...RENAMED.filter(isKnownToRuntime)]);
  return known;
}

function isKnownToRuntime(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone });
    return true;
  } catch {
    // RangeError: an older runtime has not heard of the new name.
    return false;
  }
}

function comparable(name: string): string {
  return name.toLowerCase().replaceAll(/[\s-]+/g, '_');
}

function city(name: string): string {
  return comparable(name.slice(name.lastIndexOf('/') + 1));
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
