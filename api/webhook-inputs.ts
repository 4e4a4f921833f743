import { z } from 'zod';
import type { CheckedInputs } from '../core/webhook-kinds.ts';
import type { ApiDeps } from './deps.ts';
import { forField, validationError } from './problem.ts';

const GENERIC = 'generic';

export const kindName = z.string().max(50).describe('One of webhook-kinds.');
export const inputs = z
  .record(z.string(), z.unknown())
  .describe(
    'Settings of a kind other than generic, which make its request; see webhook-kinds. In a change, fields that are left out stay and null removes one.',
  );

/** Settings that a kind other than generic makes from its inputs. */
const OWN_REQUEST = ['url', 'payload', 'authentication'] as const;

interface KindFields {
  kind?: string | undefined;
  inputs?: Record<string, unknown> | undefined;
  url?: string | undefined;
  method?: string | undefined;
  payload?: unknown;
  authentication?: unknown;
}

/** The part of a webhook's config that its kind decides, as delivery reads it; what is undefined stays as it is stored. */
export async function checkedKind(
  { webhookRules }: ApiDeps,
  fields: KindFields,
  stored: Record<string, unknown>,
): Promise<Partial<CheckedInputs & { kind: string }>> {
  const isNew = Object.keys(stored).length === 0;
  const kind = fields.kind ?? (stored['kind'] as string | undefined) ?? GENERIC;
  if (kind === GENERIC) {
    refuseInputs(fields, isNew);
    return {};
  }
  refuseOwnRequest(kind, fields);
  if (!isNew && fields.inputs === undefined) {
    return {};
  }
  const given = mergedInputs(stored, fields.inputs ?? {});
  const known = webhookRules.kinds.some((offered) => offered.kind === kind);
  const checked = await forField(known ? 'inputs' : 'kind', () => webhookRules.checkInputs(kind, given));
  if ('problems' in checked) {
    throw validationError(checked.problems.map(({ field, message }) => ({ field: fieldOf(field), message })));
  }
  return { kind, ...checked };
}

/** Null removes an input, so that its default applies again. */
function mergedInputs(stored: Record<string, unknown>, changes: Record<string, unknown>): Record<string, unknown> {
  const { inputs: shown, inputSecrets } = stored as Partial<CheckedInputs>;
  const merged = { ...shown, ...inputSecrets, ...changes };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
}

function refuseInputs({ inputs: given, url }: KindFields, isNew: boolean): void {
  if (given !== undefined) {
    throw validationError([{ field: 'inputs', message: 'the kind generic has no inputs' }]);
  }
  if (isNew && url === undefined) {
    throw validationError([{ field: 'url', message: 'the kind generic needs it' }]);
  }
}

function refuseOwnRequest(kind: string, fields: KindFields): void {
  const own = OWN_REQUEST.filter((field) => fields[field] !== undefined && fields[field] !== null);
  const refused = fields.method === undefined || fields.method === 'POST' ? own : [...own, 'method'];
  if (refused.length > 0) {
    const message = `the kind ${kind} makes it from its inputs`;
    throw validationError(refused.map((field) => ({ field, message })));
  }
}

function fieldOf(input: string): string {
  return input === '' ? 'inputs' : `inputs.${input}`;
}
