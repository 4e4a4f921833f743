import { isMap, LineCounter, parseDocument } from 'yaml';

/** What a file may declare, in the order in which it is made: an export needs its destination. */
export const SECTIONS = ['destinations', 'exports', 'webhooks'] as const;
export type Section = (typeof SECTIONS)[number];

/** Settings as a file or the API has them. */
export type Settings = Readonly<Record<string, unknown>>;

/** What a file says: settings by name. A section that the file does not have is left alone. */
export type Manifest = Partial<Record<Section, ReadonlyMap<string, Settings>>>;

export const MANIFEST_VERSION = 1;

/** Every problem of a file at once. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** Throws ManifestError, which names lines and fields and quotes no value. */
export function parseManifest(text: string): Manifest {
  const root = parseYaml(text);
  const { version, ...sections } = record(root, 'the file');
  const problems = [
    ...(version === MANIFEST_VERSION ? [] : [`version: it must be ${String(MANIFEST_VERSION)}`]),
    ...Object.keys(sections).flatMap((name) =>
      isSection(name) ? [] : [`${name}: there is no such section; there are ${SECTIONS.join(', ')}`],
    ),
    ...SECTIONS.flatMap((name) => problemsOf(name, sections[name])),
  ];
  if (problems.length > 0) {
    throw new ManifestError(problems);
  }
  const given = SECTIONS.filter((name) => name in sections);
  return Object.fromEntries(given.map((name) => [name, entriesOf(sections[name])]));
}

function parseYaml(text: string): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  if (document.errors.length > 0) {
    throw new ManifestError(
      document.errors.map(({ message, pos }) => `line ${String(lineCounter.linePos(pos[0]).line)}: ${message}`),
    );
  }
  if (!isMap(document.contents)) {
    throw new ManifestError([`the file: it must be a YAML map with ${SECTIONS.join(', ')}`]);
  }
  return document.toJS({ maxAliasCount: 100 }) as unknown;
}

function problemsOf(section: Section, value: unknown): string[] {
  if (value === undefined || value === null) {
    return [];
  }
  if (!isSettings(value)) {
    return [`${section}: it must be a map from names to settings`];
  }
  return Object.entries(value).flatMap(([name, settings]) => [
    ...(name.trim() === name && name !== ''
      ? []
      : [`${section}: the name ${JSON.stringify(name)} has spaces around it`]),
    ...(isSettings(settings) ? [] : [`${section}.${name}: it must be a map of settings`]),
    ...(isSettings(settings) && 'name' in settings ? [`${section}.${name}.name: its name is its key`] : []),
  ]);
}

function entriesOf(value: unknown): ReadonlyMap<string, Settings> {
  return new Map(Object.entries((value ?? {}) as Record<string, Settings>));
}

function record(value: unknown, what: string): Settings {
  if (!isSettings(value)) {
    throw new ManifestError([`${what}: it must be a map`]);
  }
  return value;
}

export function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSection(name: string): name is Section {
  return SECTIONS.some((section) => section === name);
}
