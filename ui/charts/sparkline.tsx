import type { ReactNode } from 'react';

const WIDTH = 120;
const HEIGHT = 28;

/** A line without axes, for lists. `label` says what it shows, also in words. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }): ReactNode {
  return (
    <svg
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`}
      role="img"
      aria-label={label}
      style={{ display: 'block' }}
    >
      <polyline
        points={sparklinePoints(values, WIDTH, HEIGHT)}
        fill="none"
        stroke="light-dark(var(--mantine-color-indigo-7), var(--mantine-color-indigo-3))"
        strokeWidth={1.5}
        strokeLinejoin="round"
      />
    </svg>
  );
}

/** From zero at the bottom to the largest at the top; a flat line lies at the bottom. */
export function sparklinePoints(values: readonly number[], width: number, height: number): string {
  const largest = Math.max(...values, 1);
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const inner = height - 2;
  return values
    .map((value, index) => `${(index * step).toFixed(1)},${(1 + inner - (value / largest) * inner).toFixed(1)}`)
    .join(' ');
}
