import { Liquid, type FS } from 'liquidjs';

/** LiquidJS says no more of the reason than this. */
export const RENDER_LIMIT_MESSAGE = 'template render limit exceeded';
/** Limits of one text; a webhook's template has many. Units of LiquidJS: characters, milliseconds, characters or items. */
export const RENDER_LIMIT_MS = 50;
const LIMITS = { parseLimit: 64 * 1024, renderLimit: RENDER_LIMIT_MS, memoryLimit: 2_000_000 };

/** They read other templates, which there are none of. */
const FORBIDDEN_TAGS = ['include', 'render', 'layout', 'block'];
/** `sample`: a retry must send what the first attempt has sent. `raw` would pass by `asText`. */
const FORBIDDEN_FILTERS = ['sample', 'raw'];

/** Lists and objects are put into a text as JSON. */
function asText(value: unknown): string {
  if (value === null || value === undefined) {
    return '';
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Characters that a receiver reads as markup, made plain in every value that is put into a text. */
export type Escape = 'slack';

/** Slack's three: what an event holds can neither mention a channel nor hide a link. */
function asSlackText(value: unknown): string {
  return asText(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const engines = { none: createEngine(asText), slack: createEngine(asSlackText) };

/** Liquid without files, randomness and anything but the values it is given. */
export function liquidFor(escape: Escape | undefined): Liquid {
  return engines[escape ?? 'none'];
}

function createEngine(outputEscape: (value: unknown) => string): Liquid {
  const engine = new Liquid({
    ...LIMITS,
    strictFilters: true,
    ownPropertyOnly: true,
    relativeReference: false,
    outputEscape,
    fs: noFiles(),
  });
  FORBIDDEN_TAGS.forEach((name) => Reflect.deleteProperty(engine.tags, name));
  FORBIDDEN_FILTERS.forEach((name) => Reflect.deleteProperty(engine.filters, name));
  return engine;
}

function noFiles(): FS {
  const refuse = (): never => {
    throw new Error('templates read no files');
  };
  return {
    exists: () => Promise.resolve(false),
    existsSync: () => false,
    contains: () => Promise.resolve(false),
    containsSync: () => false,
    readFile: refuse,
    readFileSync: refuse,
    resolve: refuse,
  };
}
