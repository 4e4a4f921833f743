import { moreText } from './pages.ts';

/** One JSON value on standard output for programs, or text for people, who are told on standard error when it is not all. */
export function print(json: boolean | undefined, value: unknown, text: string): void {
  if (json === true) {
    console.log(JSON.stringify(value));
    return;
  }
  console.log(text);
  const more = moreText(value);
  if (more !== undefined) {
    console.error(more);
  }
}

export type Cell = string | number | boolean | null | undefined;

/** Columns as wide as their widest cell, under a line of titles. */
export function table(titles: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cells = [titles, ...rows.map((row) => row.map(cell))];
  const widths = titles.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cell(value: Cell): string {
  return value === null || value === undefined || value === '' ? '–' : String(value);
}
