import { isSettings } from './manifest.ts';

/** Whether two values are the same JSON; the order of members says nothing. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isEqual(item, b[index]));
  }
  if (isSettings(a) && isSettings(b)) {
    const names = Object.keys(a);
    return names.length === Object.keys(b).length && names.every((name) => name in b && isEqual(a[name], b[name]));
  }
  return a === b;
}
