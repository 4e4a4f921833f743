/** What stands in the place of a secret. */
export const NOT_SHOWN = '(not shown)';

/** By list of secrets: how JSON and URLs escape them takes longer than looking for them, and every answer is looked through. */
const spellings = new WeakMap<readonly string[], readonly string[]>();

/** The text without the secrets, also where JSON or a URL has escaped them. */
export function hide(text: string, secrets: readonly string[] = []): string {
  if (secrets.length === 0 || text === '') {
    return text;
  }
  return spellingsOf(secrets).reduce((shown, secret) => shown.replaceAll(secret, NOT_SHOWN), text);
}

function spellingsOf(secrets: readonly string[]): readonly string[] {
  let known = spellings.get(secrets);
  if (known === undefined) {
    known = [
      ...new Set(secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), ...urlSpelling(secret)])),
    ];
    spellings.set(secrets, known);
  }
  return known;
}

/** Half of a surrogate pair, as JSON may bring it, is no text of a URL: asking for it would throw, after each request. */
function urlSpelling(secret: string): string[] {
  try {
    return [encodeURIComponent(secret)];
  } catch {
    return [];
  }
}
