import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { startRecordingStage, type Recorded, type Stage } from './histories/stage.ts';
import { SCENARIOS } from './histories/scenarios.ts';
import { payloadTexts } from '../test/support/history-text.ts';

/**
 * Records what the workflows of this release really do on a real server, for test/replay. Takes about three minutes. Run it
 * for a release, never to make a failing replay pass: histories of a release that is out stay as they are. Names of
 * scenarios as arguments play those alone (`npm run record-histories -- maintained`): for a workflow that is new.
 */
const FOLDER = fileURLToPath(new URL('../test/replay/histories/', import.meta.url));
const ROOT = fileURLToPath(new URL('../', import.meta.url)).replace(/\/$/, '');
const URL_CREDENTIALS = /:\/\/[^\s/:@"]+:[^\s/@"]+@/;

async function main(): Promise<void> {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const directory = await mkdtemp(join(tmpdir(), 'sluice-record-'));
  const stage = await startRecordingStage(directory);
  try {
    const names = process.argv.slice(2);
    for (const record of SCENARIOS.filter(({ name }) => names.length === 0 || names.includes(name))) {
      for (const recorded of await record(stage)) {
        const file = `${recorded.workflow}-${recorded.scenario}-${version}.json`;
        await writeFile(join(FOLDER, file), publishable(stage, recorded));
        console.log(file);
      }
    }
  } finally {
    await stage.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** The history as JSON without what tells of the machine it was recorded on. Throws when it holds a secret. */
function publishable(stage: Stage, { history }: Recorded): string {
  const text = JSON.stringify(JSON.parse(historyToJSON(history)), null, 1)
    .replaceAll(stage.directory, '/scratch')
    .replaceAll(ROOT, '/sluice')
    .replaceAll(`@${hostname()}`, '@worker');
  const readable = [text, ...payloadTexts(JSON.parse(text))].join('\n');
  const forbidden = [...stage.secrets, stage.directory, ROOT, `@${hostname()}`].filter((secret) =>
    readable.includes(secret),
  );
  if (forbidden.length > 0 || URL_CREDENTIALS.test(readable)) {
    throw new Error(`the history holds what must not be published (${String(forbidden.length)} secrets)`);
  }
  return `${text}\n`;
}

await main();
