const HIDDEN = /('(?:[^'\\\n]|\\.)*')|("(?:[^"\\\n]|\\.)*")|(--[^\n]*)|(#[^\n]*)|(\/\*[\s\S]*?\*\/)/g;

/** The script with string literals and comments blanked out, of equal length, so that offsets hold in both. */
export function masked(sql: string): string {
  return sql.replace(HIDDEN, (hidden) => ' '.repeat(hidden.length));
}

/** `project.dataset.table` of a name as it stands in SQL, quoted or not. */
export function qualifiedName(name: string, project: string): string {
  const parts = name.replaceAll('`', '').split('.');
  return parts.length > 2 ? parts.join('.') : [project, ...parts].join('.');
}

export const TABLE_NAME = String.raw`[\w\-.` + '`' + ']+';

/** Puts texts into a string at offsets, which may come in any order. */
export function spliced(text: string, edits: { at: number; length: number; text: string }[]): string {
  return [...edits]
    .sort((a, b) => b.at - a.at)
    .reduce((result, edit) => result.slice(0, edit.at) + edit.text + result.slice(edit.at + edit.length), text);
}
