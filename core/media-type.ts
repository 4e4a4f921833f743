/** `application/json`, `text/json` and types such as `application/cloudevents+json`. */
export function isJson(contentType: string): boolean {
  return /^[\w.+-]+\/(?:[\w.-]+\+)?json$/i.test(contentType.split(';')[0]?.trim() ?? '');
}
