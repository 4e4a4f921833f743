import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { TRACING_MODULES } from '../../scripts/build-workflow-bundle.ts';
import { workflowBundle, WORKFLOWS_PATH } from '../workflows/environment.ts';
import * as workflows from '../../workflows/index.ts';

/** `<workflow>-<scenario>-<release>.json`, recorded by `npm run record-histories`. Those of old releases stay. */
const FOLDER = new URL('./histories/', import.meta.url);
const FILE = /^(?<workflow>[a-zA-Z]+)-(?<scenario>[a-z-]+)-(?<release>\d+\.\d+\.\d+)\.json$/;
const FILES = readdirSync(FOLDER);

interface RecordedEvent {
  eventType: string;
  activityTaskScheduledEventAttributes?: { activityType: { name: string } };
  timerStartedEventAttributes?: { timerId: string };
}

interface RecordedHistory {
  events: RecordedEvent[];
}

let bundle: WorkflowBundleOption;
/** With the interceptors of workers that trace. */
let traced: WorkflowBundleOption;

beforeAll(async () => {
  // A refused history is what half of these tests want: it needs no warning.
  Runtime.install({ telemetryOptions: { logging: { filter: 'OFF', console: {} } } });
  bundle = await workflowBundle();
  const interceptors = { workflowInterceptorModules: TRACING_MODULES, logger: new DefaultLogger('ERROR') };
  traced = await bundleWorkflowCode({ workflowsPath: WORKFLOWS_PATH, ...interceptors });
}, 300_000);

function read(file: string): RecordedHistory {
  return JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as RecordedHistory;
}

async function replay(history: unknown, workflowBundle = bundle): Promise<void> {
  await Worker.runReplayHistory({ workflowBundle }, history);
}

/** Nothing may be thrown away silently: a file with another name would never be replayed under its workflow's name. */
test('every workflow has recorded histories', () => {
  const recorded = FILES.map((file) => FILE.exec(file)?.groups?.['workflow'] ?? `a wrong name: ${file}`);
  expect([...new Set(recorded)].sort()).toEqual(Object.keys(workflows).sort());
});

describe('a recorded history is replayed by the workflows of today', () => {
  test.each(FILES)(
    '%s',
    async (file) => {
      await expect(replay(read(file))).resolves.toBeUndefined();
    },
    30_000,
  );

  test.each(FILES)(
    '%s, with tracing switched on since',
    async (file) => {
      await expect(replay(read(file), traced)).resolves.toBeUndefined();
    },
    30_000,
  );
});

describe('an altered history is refused', () => {
  test.each(FILES)(
    '%s with another activity',
    async (file) => {
      const history = read(file);
      const scheduled = history.events.find((event) => event.activityTaskScheduledEventAttributes !== undefined);
      scheduled!.activityTaskScheduledEventAttributes!.activityType.name = 'anotherActivity';
      await expectRefused(history);
    },
    30_000,
  );

  test.each(FILES.filter((file) => file.startsWith('retryDelivery')))(
    '%s that never waited',
    async (file) => {
      const history = read(file);
      const timer = history.events.findIndex((event) => event.timerStartedEventAttributes !== undefined);
      expect(timer).toBeGreaterThan(0);
      const { eventType: _type, timerStartedEventAttributes: _attributes, ...rest } = history.events[timer]!;
      history.events[timer] = {
        ...rest,
        eventType: 'EVENT_TYPE_MARKER_RECORDED',
        markerRecordedEventAttributes: { markerName: 'instead of a timer' },
      } as RecordedEvent;
      await expectRefused(history);
    },
    30_000,
  );
});

/** By name: the error comes from outside the sandbox of the test. */
async function expectRefused(history: RecordedHistory): Promise<void> {
  await expect(replay(history)).rejects.toMatchObject({ name: 'DeterminismViolationError' });
}
