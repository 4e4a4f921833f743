/** What stands in the place of a secret. */
export const NOT_SHOWN = '(not shown)';

/** The text without the secrets, also where JSON or a URL has escaped them. */
export function hide(text: string, secrets: readonly string[] = []): string {
  if (secrets.length === 0 || text === '') {
    return text;
  }
  return secrets
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
    .reduce((shown, secret) => shown.replaceAll(secret, NOT_SHOWN), text);
}
