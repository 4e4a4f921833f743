/**
 * Calls `expire` after so long, unless it is called off by what this returns. What has happened by then is heard of first,
 * however busy this process was. It keeps no process alive.
 */
export function limitTime(ms: number, expire: () => void): () => void {
  let afterEvents: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    afterEvents = setImmediate(expire);
  }, ms).unref();
  return () => {
    clearTimeout(timer);
    clearImmediate(afterEvents);
  };
}
