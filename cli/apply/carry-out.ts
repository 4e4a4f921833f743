import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiProblem, type ApiClient } from '../api.ts';
import { NESTED, type Catalogue } from './catalogue.ts';
import { isSettings, SECTIONS, type Section, type Settings } from './manifest.ts';
import type { Change, Plan, Snapshot } from './plan.ts';
import type { Variables } from './references.ts';
import { sectionRequests, type SectionRequests } from './section-requests.ts';
import { readAt, resolvedAt } from './values.ts';

export interface CarryOut {
  api: ApiClient;
  catalogue: Catalogue;
  variables: Variables;
  snapshot: Snapshot;
  /** Told after each change. */
  onDone(change: Change): void;
}

/** How far it came: the changes of `left` have not been tried. */
export interface Outcome {
  applied: readonly Change[];
  failed?: { change: Change; error: unknown };
  left: readonly Change[];
}

interface Carrying extends CarryOut {
  requests: SectionRequests;
}
interface Creating extends Carrying {
  /** Ids by name. */
  destinations: ReadonlyMap<string, string>;
}

const TRIES = 4;
const RETRY_AFTER_MS = 500;

/** Creates and changes what others need first, then deletes in the other direction. Stops at the first failure. */
export async function carryOut(plan: Plan, context: CarryOut): Promise<Outcome> {
  const todo = inOrder(plan);
  const destinations = new Map(context.snapshot.destinations.map(({ name, id }) => [name, id]));
  for (const [index, change] of todo.entries()) {
    try {
      await carry(change, context, destinations);
    } catch (error) {
      return { applied: todo.slice(0, index), failed: { change, error }, left: todo.slice(index + 1) };
    }
    context.onDone(change);
  }
  return { applied: todo, left: [] };
}

/** The changes that something is done for. */
export function inOrder({ changes }: Plan): Change[] {
  const of = (section: Section, actions: readonly string[]): Change[] =>
    changes.filter((change) => change.section === section && actions.includes(change.action));
  return [
    ...SECTIONS.flatMap((section) => of(section, ['create', 'update'])),
    ...[...SECTIONS].reverse().flatMap((section) => of(section, ['delete'])),
  ];
}

async function carry(change: Change, context: CarryOut, destinations: Map<string, string>): Promise<void> {
  const { section, name, live } = change;
  const requests = sectionRequests(context.api)[section];
  if (live === undefined) {
    const id = await create(change, { ...context, requests, destinations });
    if (section === 'destinations') {
      destinations.set(name, id);
    }
  } else if (change.action === 'delete') {
    await requests.remove(live.id);
  } else {
    await update(change, live, { ...context, requests });
  }
}

async function create(change: Change, context: Creating): Promise<string> {
  const { section, name, settings = {} } = change;
  const { destination, paused, ...rest } = settings;
  const body = {
    name,
    ...withValues(change, rest, context),
    ...(destination === undefined ? {} : { destination_id: context.destinations.get(destination as string) }),
    ...(section === 'exports' && paused !== undefined ? { paused } : {}),
  };
  const { id } = await created(context.requests, body);
  if (section === 'webhooks' && paused === true) {
    await context.requests.pause?.(id);
  }
  return id;
}

/** Nothing is made twice: the same key travels with each try. */
async function created(requests: SectionRequests, body: Settings): Promise<{ id: string }> {
  const key = randomUUID();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await requests.create(body, key);
    } catch (error) {
      if (attempt === TRIES || !mayPass(error)) {
        throw error;
      }
      await sleep(attempt * RETRY_AFTER_MS);
    }
  }
}

/** No answer, a server that is away, or the first try that is still being worked on. */
function mayPass(error: unknown): boolean {
  return !(error instanceof ApiProblem) || error.status >= 500 || error.code === 'idempotency_in_progress';
}

async function update(change: Change, live: NonNullable<Change['live']>, context: Carrying): Promise<void> {
  const { requests } = context;
  const patch = patchOf(change, context);
  if (Object.keys(patch).length > 0) {
    await requests.change(live, patch);
  }
  const paused = change.fields.find((field) => field.path[0] === 'paused')?.after;
  if (paused !== undefined) {
    await (paused === true ? requests.pause?.(live.id) : requests.resume?.(live.id));
  }
}

function patchOf({ section, settings = {}, fields }: Change, { catalogue, variables }: CarryOut): Settings {
  const complete = catalogue.complete(section, settings);
  const patch: Record<string, unknown> = {};
  for (const { path, after } of fields.filter((one) => one.path[0] !== 'paused')) {
    const [field, inner] = path;
    const value = resolvedAt({ catalogue, variables, section, settings: complete }, path, after);
    patch[field] = inner === undefined ? value : { ...(patch[field] as Settings | undefined), [inner]: value };
  }
  return patch;
}

/** Null says in a file that there is none; in what creates something it is left out. */
function withValues({ section, settings = {} }: Change, given: Settings, { catalogue, variables }: CarryOut): Settings {
  const of = { catalogue, variables, section, settings: catalogue.complete(section, settings) };
  const value = (field: string): unknown => {
    const nested = given[field];
    return field === NESTED[section] && isSettings(nested)
      ? present(nested, (inner) => resolvedAt(of, [field, inner], readAt(given, [field, inner])))
      : resolvedAt(of, [field], nested);
  };
  return present(given, value);
}

function present(settings: Settings, value: (field: string) => unknown): Settings {
  const fields = Object.keys(settings).filter((field) => settings[field] !== null);
  return Object.fromEntries(fields.map((field) => [field, value(field)]));
}
