import type { Verdict } from './verify-manifest.ts';

/** A verdict for people: one line when all is right, else a table of what is wrong. */
export function verdictText(verdict: Verdict): string {
  const { manifest, files, rows, bytes, interval, differences } = verdict;
  const what = `${String(files)} files, ${String(rows)} rows, ${String(bytes)} bytes of ${interval.start} to ${interval.end}`;
  if (differences.length === 0) {
    return `${manifest}: all is there (${what})`;
  }
  const table = [
    ['file', 'what', 'expected', 'found'],
    ...differences.map((difference) => [difference.file, difference.what, difference.expected, difference.found]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return [`${manifest}: ${String(differences.length)} differences (${what})`, ...lines].join('\n');
}
