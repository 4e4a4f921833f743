import type { Catalogue, FieldPath } from './catalogue.ts';
import { isSettings } from './manifest.ts';
import type { Change } from './plan.ts';
import { isReferenced } from './references.ts';
import { readAt } from './values.ts';

/** What is secret in a field that also holds what is not. */
const SECRET_PARTS: Readonly<Record<string, readonly string[]>> = {
  authentication: ['password', 'token', 'client_secret'],
  client_certificate: ['private_key'],
};
/** Sealed because some are secret; most are not. */
const MAY_BE_PLAIN = ['headers'];

/** What cannot be done, or should not be written into a file. */
export function problemsOfEntry(catalogue: Catalogue, change: Change): string[] {
  const at = `${change.section}.${change.name}`;
  return [
    ...unknownFields(catalogue, change).map((field) => `${at}.${field}: there is no such field`),
    ...plainSecrets(catalogue, change).map(
      (path) => `${at}.${path.join('.')}: a secret does not belong in a file; write \${A_VARIABLE} of the environment`,
    ),
    ...fixedFields(catalogue, change).map(
      (field) => `${at}.${field}: it cannot be changed; use another name, which makes another one`,
    ),
  ];
}

function unknownFields(catalogue: Catalogue, { section, settings = {} }: Change): string[] {
  const known = catalogue.fields(section);
  return Object.keys(settings).filter((field) => !known.includes(field));
}

function fixedFields(catalogue: Catalogue, { section, action, fields }: Change): string[] {
  const fixed = fields.map(({ path }) => path[0]).filter((field) => !isChangeable(catalogue, section, field));
  return action === 'update' ? fixed : [];
}

function isChangeable(catalogue: Catalogue, section: Change['section'], field: string): boolean {
  return field === 'paused' || catalogue.canChange(section, field);
}

function plainSecrets(catalogue: Catalogue, { section, settings = {} }: Change): FieldPath[] {
  const complete = catalogue.complete(section, settings);
  const paths = Object.entries(settings).flatMap(([field, value]): FieldPath[] => [
    [field],
    ...(isSettings(value) ? Object.keys(value).map((inner): FieldPath => [field, inner]) : []),
  ]);
  return paths.filter((path) => {
    const [field, inner] = path;
    const parts = SECRET_PARTS[field];
    const secret =
      inner === undefined
        ? parts === undefined && !MAY_BE_PLAIN.includes(field) && catalogue.isSecret(section, complete, path)
        : (parts?.includes(inner) ?? catalogue.isSecret(section, complete, path));
    const value = readAt(settings, path);
    return secret && value !== null && !isReferenced(value);
  });
}
