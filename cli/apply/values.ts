import type { Catalogue, FieldPath } from './catalogue.ts';
import { ManifestError, type Section, type Settings } from './manifest.ts';
import { referencesIn, resolved, type Variables } from './references.ts';

interface Context {
  catalogue: Catalogue;
  variables: Variables;
  section: Section;
  settings: Settings;
}

/** Undefined: the settings do not have it. */
export function readAt(settings: Settings, [field, inner]: FieldPath): unknown {
  const value = settings[field];
  return inner === undefined ? value : (value as Settings | null | undefined)?.[inner];
}

/** As it is sent: with its variables, which of a field that holds no text say JSON. Throws ManifestError. */
export function resolvedAt(
  { catalogue, variables, section, settings }: Context,
  path: FieldPath,
  value: unknown,
): unknown {
  const [name, ...others] = referencesIn(value);
  const text = resolved(value, variables);
  const isJson =
    typeof value === 'string' &&
    others.length === 0 &&
    value === `\${${name ?? ''}}` &&
    !catalogue.isText(section, settings, path);
  return isJson ? parsed(String(text), `${path.join('.')}: \${${name ?? ''}}`) : text;
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Never with the text: it may be a secret.
    throw new ManifestError([`${what} has to be JSON`]);
  }
}
