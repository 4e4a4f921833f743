const UNAUTHENTICATED = 401;

type Fetch = (request: Request) => Promise<Response>;

/** Whatever is asked, read or changed: an answer that nobody is signed in (any more) ends the session of the page. */
export function endingFetch(fetch: Fetch, end: () => void): Fetch {
  return async (request) => {
    const response = await fetch(request);
    if (response.status === UNAUTHENTICATED) {
      end();
    }
    return response;
  };
}
