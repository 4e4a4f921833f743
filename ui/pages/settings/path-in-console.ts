const CONSOLE = '/console';

/** A path of the server as the router of the console has it; undefined for what is no page of the console. */
export function pathInConsole(path: string | null): string | undefined {
  return path?.startsWith(`${CONSOLE}/`) === true ? path.slice(CONSOLE.length) : undefined;
}
