import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { readJson, writeJson } from './json-file.ts';

export const PORT_NAMES = ['temporal', 'temporalUi', 'clickhouse', 'postgres', 's3'] as const;
export type PortName = (typeof PORT_NAMES)[number];

/** Set ports win; then those of the last start on this folder, where they are still free; then free ones. */
export async function choosePorts(
  dataDir: string,
  wanted: Partial<Record<PortName, number>>,
): Promise<Record<PortName, number>> {
  const file = join(dataDir, 'ports.json');
  const remembered = readJson<Partial<Record<PortName, number>>>(file) ?? {};
  const chosen: Partial<Record<PortName, number>> = {};
  for (const name of PORT_NAMES) {
    chosen[name] = wanted[name] ?? (await unusedPort(remembered[name], Object.values(chosen)));
  }
  writeJson(file, chosen);
  return chosen as Record<PortName, number>;
}

async function unusedPort(preferred: number | undefined, taken: number[]): Promise<number> {
  const port = await freePort(preferred);
  return taken.includes(port) ? await unusedPort(undefined, taken) : port;
}
