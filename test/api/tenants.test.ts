import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EventReads } from '../../api/deps.ts';
import { raiseNotice } from '../../store/notices.ts';
import { newRun } from '../store/fixtures.ts';
import {
  createdId,
  FixedEvents,
  newExportOf,
  newOnDemandOf,
  NOW,
  startApi,
  WEBHOOK,
  type ApiFixture,
  type Caller,
  type Method,
} from './fixtures.ts';
import { isPublic } from './route-table.ts';
import { newMember } from './session-fixtures.ts';

/**
 * Teams are apart on every route of the table: one that names a record does not find another team's, one that lists
 * shows none of it, one that is told of a record refuses it. A new route is in one of these, or the test fails.
 */
const MARK = 'of-the-first-team';
const QUOTA = 987_654_321;
const EVENT = randomUUID();
const RANGE = { from: '2026-11-21T00:00:00Z', to: '2026-11-21T12:00:00Z' };
/** The last second by the clock of the events. */
const REPLAY = { scope: 'matched', from: '2023-11-14T22:13:19Z' };
const SLACK = { kind: 'slack', name: MARK, config: { url: 'https://hooks.slack.com/services/x' } };

/** Lists that are the same for every team. */
const OF_NOBODY: Readonly<Record<string, string>> = {
  'GET /destination-kinds': 'what the installation can do',
  'GET /webhook-kinds': 'what the installation can do',
  'GET /operational-events': 'types, with examples that are made up',
};

/** Requests without an address of their own that name something of the team. */
const NAMING: Readonly<Record<string, (ids: Ids) => unknown>> = {
  'POST /exports': ({ destinations }) => ({ name: 'E', destination_id: destinations, interval: 'day' }),
  'POST /exports/dry-run': ({ destinations }) => ({ name: 'E', destination_id: destinations, interval: 'day' }),
  'POST /on-demand-exports': ({ destinations }) => ({ ...RANGE, destination_id: destinations }),
};

/** Requests that name nothing that is stored: what they make or answer is of the caller's team. */
const OWN: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['destinations', 'webhooks', 'hooks/subscribe', 'api-keys', 'invitations', 'notification-channels'].map((name) => [
      `POST /${name}`,
      'makes one from its body alone',
    ]),
  ),
  'POST /erasures': 'names persons, whose events are looked for in the own team',
  'PATCH /quotas': 'of the own team; the quota of the first one is looked at below',
  'POST /destinations/check': 'tries a config that is in the body',
  'POST /webhooks/preview': 'renders a webhook that is in the body, with an event of the own team',
  'POST /queries/check': 'the engine sees the events of the own team only: test/api/queries.test.ts',
  'POST /schedule-preview': 'reckons with what is in the body',
};

const QUERIES: Readonly<Record<string, string>> = { '/hooks/sample': '?event=a' };

type Ids = Readonly<Record<string, string>>;

let api: ApiFixture;
let owner: Caller;
let stranger: Caller;
let ids: Ids;
let captureToken: string;

/** Of the first team only, whatever else they are asked for: what the API asks them shows whose request it is. */
class EventsOfOwner extends FixedEvents {
  private readonly event = {
    ...{ uuid: EVENT, event: MARK, distinctId: MARK, library: 'web', timestamp: '2026-11-21T12:00:00.000000Z' },
    insertedAtMicros: 1,
  };

  override listEvents: EventReads['listEvents'] = async ({ teamId }) => (teamId === owner.teamId ? [this.event] : []);
  override findEvent: EventReads['findEvent'] = async ({ teamId, uuid }) =>
    teamId === owner.teamId && uuid === EVENT
      ? { ...this.event, propertiesJson: '{}', personId: EVENT, personPropertiesJson: '{}', insertedAt: NOW }
      : undefined;
  override propertyNames: EventReads['propertyNames'] = async ({ teamId }) => ({
    event: teamId === owner.teamId ? [MARK] : [],
    person: [],
  });
}

beforeAll(async () => {
  api = await startApi({
    events: new EventsOfOwner(),
    sampleHook: async ({ teamId }) => (teamId === owner.teamId ? [MARK] : []),
  });
  [owner, stranger] = await Promise.all([api.newCaller(), api.newCaller()]);
  ids = await oneOfEach();
  captureToken = (await owner.call('GET', '/api/v1/capture')).json<{ capture_token: string }>().capture_token;
});
afterAll(() => api.stop());

/** By the part of the address that is before the id. */
async function oneOfEach(): Promise<Ids> {
  const exportId = await newExportOf(owner, { name: MARK });
  const webhookId = await createdId(owner, '/api/v1/webhooks', { ...WEBHOOK, name: MARK });
  await owner.call('PATCH', '/api/v1/quotas', { export_rows_per_day: QUOTA });
  const notice = { teamId: owner.teamId, subject: MARK, topic: 'runs', title: MARK, text: MARK, details: {} };
  await raiseNotice(api.store.db, { ...notice, event: 'export.failed', state: 'failed' }, { now: NOW, reminderMs: 1 });
  return {
    destinations: (await owner.call('GET', `/api/v1/exports/${exportId}`)).json().destination_id,
    exports: exportId,
    runs: (await newRun(api.store, exportId)).id,
    backfills: await createdId(owner, `/api/v1/exports/${exportId}/backfills`, RANGE),
    webhooks: webhookId,
    hooks: await createdId(owner, '/api/v1/hooks/subscribe', { event: 'a', target_url: WEBHOOK.url }),
    stats: webhookId,
    replays: await createdId(owner, `/api/v1/webhooks/${webhookId}/replays`, REPLAY),
    'on-demand-exports': await newOnDemandOf(owner, RANGE),
    'notification-channels': await createdId(owner, '/api/v1/notification-channels', SLACK),
    members: (await newMember(api, { teamId: owner.teamId, role: 'owner' })).id,
    invitations: await createdId(owner, '/api/v1/invitations', { email: `${MARK}@example.com`, role: 'viewer' }),
    erasures: await createdId(owner, '/api/v1/erasures', { distinct_ids: [MARK] }),
    'api-keys': await createdId(owner, '/api/v1/api-keys', { name: MARK }),
    events: EVENT,
  };
}

interface Listed {
  /** `GET /exports/:id` */
  name: string;
  method: Method;
  path: string;
}

/** HEAD answers as GET does. */
function routes(wanted: (route: Listed) => boolean): Listed[] {
  return api.routes
    .filter((route) => !isPublic(route) && route.method !== 'HEAD')
    .map(({ method, url }) => ({ url, path: url.replace('/api/v1', ''), method: method as Method }))
    .map((route) => ({ ...route, name: `${route.method} ${route.path}` }))
    .filter(wanted);
}
const namesRecord = ({ path }: Listed): boolean => path.includes('/:');

/** The first parameter is the record's; what is below it is made up. */
function addressOf({ path }: Listed): string {
  const id = ids[path.split('/')[1]!];
  expect([path, id]).toEqual([path, expect.any(String)]);
  return `/api/v1${path.replace(/:\w+/, id!).replaceAll(/:\w+/g, () => randomUUID())}`;
}

test('no route names a record of another team', async () => {
  const found = routes(namesRecord);
  expect(found.length).toBeGreaterThan(60);
  const before = await snapshot();
  api.controlPlane.calls = [];
  for (const route of found) {
    const response = await stranger.call(route.method, addressOf(route), bodyOf(route));
    expect([route.name, response.statusCode, response.json().code]).toEqual([
      ...[route.name, 404],
      expect.stringMatching(/_not_found$/),
    ]);
  }
  expect(api.controlPlane.calls).toEqual([]);
  expect(await snapshot()).toEqual(before);
});

test('its own team finds each of them', async () => {
  const reads = routes((route) => route.method === 'GET' && /^\/[\w-]+\/:\w+$/.test(route.path));
  expect(reads.length).toBeGreaterThan(11);
  for (const route of reads) {
    expect([route.name, (await owner.call('GET', addressOf(route))).statusCode]).toEqual([route.name, 200]);
  }
});

test('no list shows anything of another team, and each shows its own team something', async () => {
  const marks = [MARK, String(QUOTA), captureToken, ...Object.values(ids)];
  const showing = (text: string): boolean => marks.some((mark) => text.includes(mark));
  const lists = routes((route) => route.method === 'GET' && !namesRecord(route));
  expect(lists.length).toBeGreaterThan(18);
  for (const { name, path } of lists) {
    const url = `/api/v1${path}${QUERIES[path] ?? ''}`;
    const [own, other] = [await owner.call('GET', url), await stranger.call('GET', url)];
    expect([name, own.statusCode, other.statusCode]).toEqual([name, 200, 200]);
    expect([name, showing(own.body)]).toEqual([name, !(name in OF_NOBODY)]);
    expect([name, marks.filter((mark) => other.body.includes(mark))]).toEqual([name, []]);
  }
  expect(Object.keys(OF_NOBODY).filter((name) => !lists.some((route) => route.name === name))).toEqual([]);
});

test('no change that names a record takes that of another team; the others are known', async () => {
  const changes = routes((route) => route.method !== 'GET' && !namesRecord(route)).map(({ name }) => name);
  expect([...changes].sort()).toEqual([...Object.keys(NAMING), ...Object.keys(OWN)].sort());
  for (const [name, body] of Object.entries(NAMING)) {
    const response = await stranger.call('POST', `/api/v1${name.replace('POST ', '')}`, body(ids));
    expect([name, response.statusCode, response.json()]).toEqual([
      ...[name, 422],
      expect.objectContaining({ code: 'destination_not_found', field: 'destination_id' }),
    ]);
  }
  const before = await snapshot();
  expect((await stranger.call('PATCH', '/api/v1/quotas', { export_rows_per_day: 1 })).statusCode).toBe(200);
  expect(await snapshot()).toEqual(before);
});

const BODIES: Readonly<Record<string, unknown>> = {
  'POST /webhooks/:id/messages': { event_type: 'a', payload: 1 },
  'POST /webhooks/:id/replays': REPLAY,
  'POST /webhooks/:id/retry': { event_uuids: [randomUUID()] },
  'POST /webhooks/:id/simulate': { change: {} },
  'PATCH /members/:id': { role: 'viewer' },
};

/** One that the owner could send. */
function bodyOf({ name, method, path }: Listed): unknown {
  if (BODIES[name] !== undefined || method === 'PATCH') {
    return BODIES[name] ?? { name: 'mine now' };
  }
  const ranged = ['/rerun', '/backfills', '/reconcile'].some((end) => method === 'POST' && path.endsWith(end));
  return ranged ? RANGE : undefined;
}

/** What can be read of the first team. */
async function snapshot(): Promise<unknown[]> {
  const urls = Object.entries(ids).map(([resource, id]) => `/api/v1/${resource}/${id}`);
  return Promise.all(
    [...urls, '/api/v1/quotas'].map(async (url) => ({
      ...(await owner.call('GET', url)).json<object>(),
      request_id: '',
    })),
  );
}
