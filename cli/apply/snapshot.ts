import type { ApiCall } from '../api.ts';
import { readPage, type PageOf } from '../pages.ts';
import { catalogueOf, NAMED, type Catalogue, type Kinds, type OpenApi } from './catalogue.ts';
import type { Section, Settings } from './manifest.ts';
import type { Live, Snapshot } from './plan.ts';

type View = Settings & { id: string; name: string; version: number };

/** Everything of the team that a file can declare, in the names of a file. */
export async function readSnapshot(api: ApiCall): Promise<Snapshot> {
  const [destinations, exports, webhooks, hooks] = await Promise.all([
    readAll<View>(api, '/destinations'),
    readAll<View>(api, '/exports'),
    readAll<View>(api, '/webhooks'),
    readAll<{ id: string }>(api, '/hooks'),
  ]);
  // Programs subscribe and unsubscribe these by themselves.
  const subscribed = new Set(hooks.map(({ id }) => id));
  const names = new Map(destinations.map(({ id, name }) => [id, name]));
  return {
    destinations: destinations.map((view) => liveOf(view, view)),
    exports: exports.map((view) =>
      liveOf(view, { ...view, [NAMED['destination_id'] ?? '']: names.get(String(view['destination_id'])) }),
    ),
    webhooks: webhooks
      .filter(({ id }) => !subscribed.has(id))
      .map((view) => liveOf(view, { ...view, paused: view['status'] === 'paused' })),
  };
}

function liveOf({ id, name, version }: View, settings: Settings): Live {
  return { id, name, version, settings };
}

async function readAll<Item>(api: ApiCall, path: `/${Section | 'hooks'}`): Promise<Item[]> {
  return (await readPage<PageOf<Item>>(api, path, { all: true })).items;
}

/** The API describes itself: fields, defaults and kinds are those of the server that is asked. */
export async function readCatalogue(api: ApiCall, url: string): Promise<Catalogue> {
  const [document, destinations, webhooks] = await Promise.all([
    readDocument(url),
    api<{ items: Kinds['destinations'] }>('GET', '/destination-kinds'),
    api<{ items: Kinds['webhooks'] }>('GET', '/webhook-kinds'),
  ]);
  return catalogueOf(document, { destinations: destinations.items, webhooks: webhooks.items });
}

async function readDocument(url: string): Promise<OpenApi> {
  const response = await fetch(`${url.replace(/\/+$/, '')}/api/openapi.json`);
  if (!response.ok) {
    throw new Error(`${new URL(url).origin}/api/openapi.json answered ${String(response.status)}`);
  }
  return (await response.json()) as OpenApi;
}
