import { NESTED, type Catalogue, type FieldPath } from './catalogue.ts';
import { isEqual } from './equal.ts';
import { isSettings, type Section, type Settings } from './manifest.ts';
import type { Live, PlanInput } from './plan.ts';
import { referencesIn } from './references.ts';
import { readAt, resolvedAt } from './values.ts';

export interface FieldChange {
  path: FieldPath;
  before: unknown;
  after: unknown;
  /** A secret, or made of variables: neither value is shown. */
  hidden: boolean;
}

type Context = Pick<PlanInput, 'catalogue' | 'variables' | 'options'>;

/** Every setting of something new. */
export function givenFields({ catalogue }: Context, section: Section, settings: Settings): FieldChange[] {
  return Object.entries(settings).flatMap(([field, value]) => {
    const paths: FieldPath[] =
      field === NESTED[section] && isSettings(value) ? Object.keys(value).map((inner) => [field, inner]) : [[field]];
    return paths.map((path) => {
      const after = readAt(settings, path);
      return { path, before: null, after, hidden: isHidden({ catalogue, section, settings }, path, after) };
    });
  });
}

/** The settings in which what is there is not as the file says. */
export function differences(
  context: Context,
  section: Section,
  { settings, live }: { settings: Settings; live: Live },
): FieldChange[] {
  const complete = context.catalogue.complete(section, settings);
  const of = { ...context, section, settings: complete, given: settings, live: live.settings };
  return pathsOf(context.catalogue, section, [complete, live.settings]).flatMap((path) => difference(of, path));
}

interface Comparison extends Context {
  section: Section;
  /** With every default. */
  settings: Settings;
  /** As in the file. */
  given: Settings;
  live: Settings;
}

function pathsOf(catalogue: Catalogue, section: Section, both: readonly Settings[]): FieldPath[] {
  return catalogue.fields(section).flatMap((field): FieldPath[] => {
    const maps = both.map((settings) => settings[field]).filter(isSettings);
    return field === NESTED[section] && maps.length > 0
      ? [...new Set(maps.flatMap(Object.keys))].map((inner): FieldPath => [field, inner])
      : [[field]];
  });
}

function difference(of: Comparison, path: FieldPath): FieldChange[] {
  const secret = of.catalogue.isSecret(of.section, of.settings, path);
  const after = secret ? readAt(of.given, path) : wantedAt(of, path);
  const before = readAt(of.live, path) ?? null;
  const stays =
    after === undefined || (secret ? keepsSecret(of, after, before) : isSame(path, compared(of, path, after), before));
  return stays ? [] : [{ path, before, after, hidden: isHidden(of, path, after) }];
}

/** Undefined: it stays as it is. */
function wantedAt(of: Comparison, path: FieldPath): unknown {
  const [field, inner] = path;
  if (field === 'paused') {
    // People and Sluice pause things too: a file that says nothing of it leaves that alone.
    return of.given[field];
  }
  const value = readAt(of.settings, path);
  const removable = inner !== undefined || of.catalogue.canRemove(of.section, field);
  return value === undefined && removable ? null : value;
}

/** With its variables; undefined, which is like nothing that is there, while one of them is not set. */
function compared(of: Comparison, path: FieldPath, value: unknown): unknown {
  const known = referencesIn(value).every((name) => of.variables(name) !== undefined);
  return known ? resolvedAt(of, path, value) : undefined;
}

/** A stored secret cannot be read: one that is set is taken for the right one, unless secrets are to be sent. */
function keepsSecret({ options }: Comparison, after: unknown, before: unknown): boolean {
  const isSet = isSettings(before) && before['configured'] !== false;
  if (after === null) {
    return !isSet;
  }
  const kinds = [after, before].map((value) => (isSettings(value) ? value['type'] : undefined));
  const sameKind = kinds.includes(undefined) || kinds[0] === kinds[1];
  return isSet && sameKind && !options.secrets;
}

function isSame([field]: FieldPath, wanted: unknown, found: unknown): boolean {
  if (field.endsWith('_at') && typeof wanted === 'string' && typeof found === 'string') {
    return Date.parse(wanted) === Date.parse(found);
  }
  return wanted !== undefined && isEqual(wanted, found);
}

function isHidden(
  { catalogue, section, settings }: Pick<Comparison, 'catalogue' | 'section' | 'settings'>,
  path: FieldPath,
  value: unknown,
): boolean {
  return catalogue.isSecret(section, settings, path) || referencesIn(value).length > 0;
}
