import type { Catalogue } from './catalogue.ts';
import { differences, givenFields, type FieldChange } from './differences.ts';
import { ManifestError, SECTIONS, type Manifest, type Section, type Settings } from './manifest.ts';
import { problemsOfEntry } from './problems.ts';
import { referencesIn, type Variables } from './references.ts';
import { readAt } from './values.ts';

/** Something of the API, in the names of a file. */
export interface Live {
  id: string;
  name: string;
  version: number;
  settings: Settings;
}
export type Snapshot = Readonly<Record<Section, readonly Live[]>>;

/** `unmanaged`: there, and not in the file. */
export type Action = 'create' | 'update' | 'delete' | 'unchanged' | 'unmanaged';

export interface Change {
  section: Section;
  name: string;
  action: Action;
  /** Of what is there. */
  live?: Live;
  /** What the file says. */
  settings?: Settings;
  fields: readonly FieldChange[];
}

export interface Plan {
  changes: readonly Change[];
  /** Variables that are needed to carry it out, and are not set. */
  missing: readonly string[];
}

export interface PlanOptions {
  /** Delete what is there and not in the file, in the sections that the file has. */
  prune: boolean;
  /** Send every secret of the file, since those that are stored cannot be compared. */
  secrets: boolean;
}

export interface PlanInput {
  manifest: Manifest;
  snapshot: Snapshot;
  catalogue: Catalogue;
  variables: Variables;
  options: PlanOptions;
}

/** What has to happen so that everything is as the file says. Throws ManifestError for what cannot. */
export function planOf(input: PlanInput): Plan {
  const { manifest, snapshot } = input;
  const problems = [...ambiguousNames(input), ...unknownDestinations(input)];
  const changes: Change[] = [];
  for (const section of SECTIONS) {
    const entries = manifest[section];
    for (const [name, settings] of entries ?? []) {
      const change = changeOf(input, section, { name, settings });
      changes.push(change);
      problems.push(...problemsOfEntry(input.catalogue, change));
    }
    const others = snapshot[section].filter(({ name }) => entries?.has(name) === false);
    changes.push(...others.map((live) => ofOther(section, live, input.options)));
  }
  if (problems.length > 0) {
    throw new ManifestError(problems);
  }
  return { changes, missing: missingVariables(changes, input.variables) };
}

function changeOf(input: PlanInput, section: Section, entry: { name: string; settings: Settings }): Change {
  const { name, settings } = entry;
  const live = input.snapshot[section].find((one) => one.name === name);
  if (live === undefined) {
    return { section, name, action: 'create', settings, fields: givenFields(input, section, settings) };
  }
  const fields = differences(input, section, { settings, live });
  return { section, name, action: fields.length > 0 ? 'update' : 'unchanged', live, settings, fields };
}

function ofOther(section: Section, live: Live, { prune }: PlanOptions): Change {
  return { section, name: live.name, action: prune ? 'delete' : 'unmanaged', live, fields: [] };
}

/** Names are how a file knows things; the API allows two of one name. */
function ambiguousNames({ manifest, snapshot }: PlanInput): string[] {
  return SECTIONS.flatMap((section) =>
    [...(manifest[section]?.keys() ?? [])].flatMap((name) => {
      const ids = snapshot[section].filter((one) => one.name === name).map(({ id }) => id);
      return ids.length > 1
        ? [`${section}.${name}: several have this name (${ids.join(', ')}); rename all but one`]
        : [];
    }),
  );
}

/** An export names a destination of the file, or one that is there and stays. */
function unknownDestinations({ manifest, snapshot, options }: PlanInput): string[] {
  const { destinations, exports = new Map<string, Settings>() } = manifest;
  const stays = options.prune && destinations !== undefined ? [] : snapshot.destinations;
  return [...exports].flatMap(([name, { destination }]) => {
    const known = destinations?.has(String(destination)) === true || stays.some((one) => one.name === destination);
    return known ? [] : [`exports.${name}.destination: there is no destination ${JSON.stringify(destination ?? null)}`];
  });
}

function missingVariables(changes: readonly Change[], variables: Variables): string[] {
  const needed = changes.flatMap(({ settings, fields }) =>
    fields.flatMap(({ path }) => referencesIn(readAt(settings ?? {}, path))),
  );
  return [...new Set(needed)].filter((name) => variables(name) === undefined).sort();
}
