import { stringify } from 'yaml';
import { NESTED, type Catalogue, type FieldPath } from './catalogue.ts';
import { isSettings, MANIFEST_VERSION, SECTIONS, type Section, type Settings } from './manifest.ts';
import { isEqual } from './equal.ts';
import type { Live, Snapshot } from './plan.ts';
import { escaped } from './references.ts';

/** What is there as a file, with variables in place of secrets. Applied to the same server it changes nothing. */
export function writtenManifest(snapshot: Snapshot, catalogue: Catalogue): string {
  const sections = SECTIONS.map((section): [string, Settings] => [
    section,
    Object.fromEntries(
      [...snapshot[section]]
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map((live) => [live.name, settingsOf(catalogue, section, live)]),
    ),
  ]);
  return stringify({ version: MANIFEST_VERSION, ...Object.fromEntries(sections) }, { lineWidth: 120 });
}

/** The things whose name is not theirs alone, which a file cannot hold. */
export function sharedNames(snapshot: Snapshot): string[] {
  return SECTIONS.flatMap((section) => {
    const names = snapshot[section].map(({ name }) => name);
    return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map(
      (name) => `${section} ${JSON.stringify(name)}`,
    );
  });
}

function settingsOf(catalogue: Catalogue, section: Section, { name, settings }: Live): Settings {
  const kind = 'kind' in settings ? { kind: settings['kind'] } : {};
  const defaults = catalogue.complete(section, { ...kind, ...emptyNested(section, settings) });
  const made = section === 'webhooks' && catalogue.ownsRequest(settings) ? MADE_BY_KIND : [];
  const isTold = (field: string): boolean =>
    field === 'paused' ? isPausedByUser(settings) : !made.includes(field) && !isUsual(field, settings, defaults);
  const of = { catalogue, section, name, settings };
  const fields = catalogue.fields(section).filter(isTold);
  const written = fields.flatMap((field) => {
    const value = field === NESTED[section] ? nested(of, field, defaults) : valueOf(of, [field]);
    return value === undefined ? [] : [[field, value]];
  });
  return Object.fromEntries(written) as Settings;
}

/** A kind is always told: everything else depends on it. */
function isUsual(field: string, settings: Settings, defaults: Settings): boolean {
  return field !== 'kind' && isEqual(settings[field] ?? null, defaults[field] ?? null);
}

/** What Sluice itself has paused is not to stay so. */
function isPausedByUser(settings: Settings): boolean {
  return settings['paused'] === true && settings['paused_by'] !== 'auto';
}

/** What follows from the inputs of a kind. */
const MADE_BY_KIND = ['url', 'method', 'payload', 'authentication'];

function emptyNested(section: Section, settings: Settings): Settings {
  const field = NESTED[section];
  return field !== undefined && isSettings(settings[field]) ? { [field]: {} } : {};
}

interface Written {
  catalogue: Catalogue;
  section: Section;
  name: string;
  settings: Settings;
}

function nested(of: Written, field: string, defaults: Settings): Settings | undefined {
  const value = of.settings[field];
  if (!isSettings(value)) {
    return undefined;
  }
  const usual = isSettings(defaults[field]) ? defaults[field] : {};
  const told = Object.keys(value).filter((inner) => !isEqual(value[inner] ?? null, usual[inner] ?? null));
  return Object.fromEntries(
    told.flatMap((inner) => {
      const shown = valueOf(of, [field, inner]);
      return shown === undefined ? [] : [[inner, shown]];
    }),
  );
}

/** Undefined: there is none. */
function valueOf({ catalogue, section, name, settings }: Written, path: FieldPath): unknown {
  const [field, inner] = path;
  const outer = settings[field];
  const value = inner === undefined ? outer : (outer as Settings)[inner];
  if (!catalogue.isSecret(section, settings, path)) {
    return value === undefined ? undefined : escaped(value);
  }
  const isSet = isSettings(value) && value['configured'] !== false;
  return isSet ? `\${${variableName(section, name, path)}}` : undefined;
}

/** `DESTINATION_LAKE_SECRET_ACCESS_KEY` */
function variableName(section: Section, name: string, path: FieldPath): string {
  const words = [section.slice(0, -1), name, path.at(-1) ?? ''].join('_');
  return words
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .toUpperCase();
}
