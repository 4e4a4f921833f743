import { AreaChart, BarChart, LineChart } from '@mantine/charts';
import { Box, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useZone } from '../parts/zone.ts';
import { axisTime, dayStarts } from './axis-time.ts';

export interface ChartSeries {
  name: string;
  label: string;
  /** Of the theme. Colours of one chart differ in lightness too. */
  color: string;
}

export interface TimeChartProps {
  kind: 'line' | 'bar' | 'area';
  /** What it shows, for those who cannot see it. */
  label: string;
  /** `at` is RFC 3339; null is a gap. */
  points: readonly ({ at: string } & Record<string, string | number | null>)[];
  series: readonly ChartSeries[];
  format?: (value: number) => string;
  /** Of the marks beside the values; otherwise as values. */
  formatMark?: (value: number) => string;
  /** Of the values, where it is known: 0 to 1 of a share. Otherwise what they need. */
  range?: readonly [number, number];
  height?: number;
  /** Of points that stand for days of a zone; otherwise the one that the person sees times in. */
  zone?: string;
}

/** A line of fewer has dots: without them a value between two gaps would not be seen. */
const MANY_POINTS = 40;

/** Values over time. */
export function TimeChart({
  kind,
  label,
  points,
  series,
  format = String,
  formatMark = format,
  range,
  height = 220,
  zone,
}: TimeChartProps): ReactNode {
  const shown = useZone().zone;
  const times = points.map((point) => point.at);
  const at = axisTime(times, zone ?? shown);
  const drawn = points.filter((point) => series.some(({ name }) => typeof point[name] === 'number')).length;
  const shared = {
    h: height,
    data: points.map((point) => ({ ...point, at: at(point.at) })),
    dataKey: 'at',
    series: [...series],
    valueFormatter: (value: number) => inOneLine(format(value)),
    withLegend: series.length > 1,
    gridAxis: 'x' as const,
    tickLine: 'none' as const,
    xAxisProps: { minTickGap: 24, interval: 'equidistantPreserveStart' as const, ...dayTicks(times, zone ?? shown) },
    // Half an event is none; latencies have parts.
    yAxisProps: {
      ...{ width: 56, allowDecimals: kind === 'line', tickFormatter: (value: number) => inOneLine(formatMark(value)) },
      ...(range === undefined ? {} : { domain: [...range] }),
    },
  };
  return (
    <Box role="group" aria-label={label}>
      {kind === 'bar' && <BarChart {...shared} type="stacked" maxBarWidth={28} />}
      {kind === 'line' && (
        <LineChart {...shared} withDots={drawn < MANY_POINTS} connectNulls={false} curveType="linear" />
      )}
      {kind === 'area' && <AreaChart {...shared} withDots={false} type="stacked" curveType="linear" />}
      <Text size="xs" c="dimmed" ta="right">
        {zone ?? shown}
      </Text>
    </Box>
  );
}

/** Where there is little room. */
function inOneLine(text: string): string {
  return text.replaceAll(' ', '\u00a0');
}

/** The marks of days say the date only; a point's own label has the hour too. */
function dayTicks(
  times: readonly string[],
  zone: string | undefined,
): { ticks?: string[]; tickFormatter?: (label: string) => string } {
  const starts = dayStarts(times, zone);
  if (starts === undefined) {
    return {};
  }
  const at = axisTime(times, zone);
  return { ticks: starts.map((index) => at(times[index] ?? '')), tickFormatter: (label) => label.split(',')[0] ?? '' };
}
