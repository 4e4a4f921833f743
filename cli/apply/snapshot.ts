import { answer, type ApiClient } from '../api.ts';
import { readPage, type PageOf, type PageQuery } from '../pages.ts';
import { catalogueOf, NAMED, type Catalogue, type Kinds, type OpenApi } from './catalogue.ts';
import type { Settings } from './manifest.ts';
import type { Live, Snapshot } from './plan.ts';

/** Everything of the team that a file can declare, in the names of a file. */
export async function readSnapshot(api: ApiClient): Promise<Snapshot> {
  const [destinations, exports, webhooks, hooks] = await Promise.all([
    readAll((query) => answer(api.GET('/api/v1/destinations', { params: { query } }))),
    readAll((query) => answer(api.GET('/api/v1/exports', { params: { query } }))),
    readAll((query) => answer(api.GET('/api/v1/webhooks', { params: { query } }))),
    readAll((query) => answer(api.GET('/api/v1/hooks', { params: { query } }))),
  ]);
  // Programs subscribe and unsubscribe these by themselves.
  const subscribed = new Set(hooks.map(({ id }) => id));
  const names = new Map(destinations.map(({ id, name }) => [id, name]));
  return {
    destinations: destinations.map((view) => liveOf(view, view)),
    exports: exports.map((view) =>
      liveOf(view, { ...view, [NAMED['destination_id'] ?? '']: names.get(view.destination_id) }),
    ),
    webhooks: webhooks
      .filter(({ id }) => !subscribed.has(id))
      .map((view) => liveOf(view, { ...view, paused: view.status === 'paused' })),
  };
}

function liveOf({ id, name, version }: Pick<Live, 'id' | 'name' | 'version'>, settings: Settings): Live {
  return { id, name, version, settings };
}

async function readAll<Item>(ask: (page: PageQuery) => Promise<PageOf<Item>>): Promise<Item[]> {
  return (await readPage({ all: true }, ask)).items;
}

/** The API describes itself: fields, defaults and kinds are those of the server that is asked. */
export async function readCatalogue(api: ApiClient): Promise<Catalogue> {
  const [document, destinations, webhooks] = await Promise.all([
    answer(api.GET('/api/openapi.json')),
    answer(api.GET('/api/v1/destination-kinds')),
    answer(api.GET('/api/v1/webhook-kinds')),
  ]);
  // What is JSON Schema in an answer is any object to OpenAPI.
  const kinds = { destinations: destinations.items, webhooks: webhooks.items } as unknown as Kinds;
  return catalogueOf(document as OpenApi, kinds);
}
