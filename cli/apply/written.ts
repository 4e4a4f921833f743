import { stringify } from 'yaml';
import { NESTED, type Catalogue, type FieldPath } from './catalogue.ts';
import { isSettings, MANIFEST_VERSION, SECTIONS, type Section, type Settings } from './manifest.ts';
import { isEqual } from './equal.ts';
import type { Live, Snapshot } from './plan.ts';
import { escaped } from './references.ts';
import { variableNames, type SecretPlace } from './variable-names.ts';

/** What is there as a file, with variables in place of secrets. Applied to the same server it changes nothing. */
export function writtenManifest(snapshot: Snapshot, catalogue: Catalogue): string {
  const secrets: SecretPlace[] = [];
  sectionsOf(snapshot, catalogue, (secret) => {
    secrets.push(secret);
    return '';
  });
  const sections = sectionsOf(snapshot, catalogue, variableNames(secrets));
  return stringify({ version: MANIFEST_VERSION, ...sections }, { lineWidth: 120 });
}

type VariableFor = (secret: SecretPlace) => string;

function sectionsOf(snapshot: Snapshot, catalogue: Catalogue, variableFor: VariableFor): Settings {
  const sections = SECTIONS.map((section): [string, Settings] => [
    section,
    Object.fromEntries(
      [...snapshot[section]]
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map((live) => [live.name, settingsOf({ catalogue, variableFor, section, ...live })]),
    ),
  ]);
  return Object.fromEntries(sections);
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

function settingsOf(of: Written): Settings {
  const { catalogue, section, settings } = of;
  const kind = 'kind' in settings ? { kind: settings['kind'] } : {};
  const defaults = catalogue.complete(section, { ...kind, ...emptyNested(section, settings) });
  const made = section === 'webhooks' && catalogue.ownsRequest(settings) ? MADE_BY_KIND : [];
  const isTold = (field: string): boolean =>
    field === 'paused' ? isPausedByUser(settings) : !made.includes(field) && !isUsual(field, settings, defaults);
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

interface Written extends Pick<Live, 'name' | 'settings'> {
  catalogue: Catalogue;
  variableFor: VariableFor;
  section: Section;
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
function valueOf({ catalogue, variableFor, section, name, settings }: Written, path: FieldPath): unknown {
  const [field, inner] = path;
  const outer = settings[field];
  const value = inner === undefined ? outer : (outer as Settings)[inner];
  if (!catalogue.isSecret(section, settings, path)) {
    return value === undefined ? undefined : escaped(value);
  }
  const isSet = isSettings(value) && value['configured'] !== false;
  return isSet ? `\${${variableFor({ section, name, path })}}` : undefined;
}
