import type { Outcome } from './carry-out.ts';
import type { FieldChange } from './differences.ts';
import { SECTIONS } from './manifest.ts';
import type { Action, Change, Plan } from './plan.ts';

const SIGNS: Readonly<Record<Action, string>> = {
  create: '+',
  update: '~',
  delete: '-',
  unchanged: ' ',
  unmanaged: '?',
};
const MAX_VALUE = 120;

/** What is done, then what is only there, then counts. */
export function planText({ changes, missing }: Plan): string {
  const shown = SECTIONS.flatMap((section) => changes.filter((change) => change.section === section));
  return [
    ...shown.filter(({ action }) => action !== 'unchanged').flatMap(changeLines),
    ...(missing.length === 0 ? [] : [`Not set, and needed: ${missing.join(', ')}`]),
    countsText(changes),
  ].join('\n');
}

function changeLines(change: Change): string[] {
  const note = change.action === 'unmanaged' ? ' (not in the file; --prune deletes it)' : '';
  return [
    `${SIGNS[change.action]} ${change.section} ${JSON.stringify(change.name)}${note}`,
    ...change.fields.map((field) => `    ${fieldText(change.action, field)}`),
  ];
}

function fieldText(action: Action, { path, before, after, hidden }: FieldChange): string {
  const name = path.join('.');
  if (hidden) {
    return `${name}: ${after === null ? 'removed' : '(not shown)'}`;
  }
  return action === 'create' ? `${name}: ${valueText(after)}` : `${name}: ${valueText(before)} → ${valueText(after)}`;
}

function valueText(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE - 1)}…` : text;
}

function countsText(changes: readonly Change[]): string {
  const count = (action: Action): number => changes.filter((change) => change.action === action).length;
  const counts = [
    `${String(count('create'))} to create`,
    `${String(count('update'))} to change`,
    `${String(count('delete'))} to delete`,
    `${String(count('unchanged'))} unchanged`,
  ];
  return `${counts.join(', ')}${count('unmanaged') === 0 ? '' : `, ${String(count('unmanaged'))} not in the file`}`;
}

/** For programs: without what is hidden, and without what the file says besides. */
export function changeView({ section, name, action, live, fields }: Change): Record<string, unknown> {
  return {
    ...{ section, name, action, id: live?.id ?? null },
    fields: fields.map(({ path, before, after, hidden }) => ({
      field: path.join('.'),
      ...(hidden ? { hidden, removed: after === null } : { before, after }),
    })),
  };
}

const DONE: Readonly<Partial<Record<Action, string>>> = { create: 'created', update: 'changed', delete: 'deleted' };

export function doneText({ section, name, action }: Change): string {
  return `${DONE[action] ?? action} ${section} ${JSON.stringify(name)}`;
}

/** Which changes were made, which one failed, and which were not tried. */
export function failureText({ applied, failed, left }: Outcome): string {
  const { change, error } = failed ?? {};
  const reason = error instanceof Error ? error.message : String(error);
  return [
    `${change === undefined ? '' : `${SIGNS[change.action]} ${change.section} ${JSON.stringify(change.name)} failed: `}${reason}`,
    `${String(applied.length)} changes were made before it, ${String(left.length)} were not tried.`,
    'Correct it and apply again: what is done already is left alone.',
  ].join('\n');
}
