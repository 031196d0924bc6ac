/** Where people sign in: told by the page, described by OpenID Connect Discovery. */
export interface Issuer {
  authorize: string;
  token: string;
  endSession: string | undefined;
  client: string;
}

interface Discovery {
  authorization_endpoint: string;
  token_endpoint: string;
  end_session_endpoint?: string;
}

const TRIES = 3;
const LONGEST_MS = 10_000; // as long as the gateway waits for the issuer
const PAUSE_MS = 500;

/** The issuer's answer. While there is none it is asked again, then an error says so: before sign-in the page has nothing else to show. */
export async function answerOf(address: string, init: RequestInit = {}): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const asked = fetch(address, { ...init, signal: AbortSignal.timeout(LONGEST_MS) });
    const answer = await asked.catch(() => null);
    if (answer && answer.status < 500) return answer;
    if (attempt === TRIES) throw new Error(`the issuer answers ${answer?.status ?? "nothing"}`);
    await new Promise((done) => setTimeout(done, PAUSE_MS * attempt));
  }
}

const toldByPage = (name: string): string =>
  document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";

export async function discovered(): Promise<Issuer> {
  const issuer = new URL(toldByPage("flowline-issuer"), location.origin).href;
  const answer = await answerOf(`${issuer}/.well-known/openid-configuration`);
  if (!answer.ok) throw new Error(`the issuer answers ${answer.status}`);
  const described = (await answer.json()) as Discovery;
  return {
    authorize: reachable(described.authorization_endpoint),
    token: reachable(described.token_endpoint),
    endSession: described.end_session_endpoint && reachable(described.end_session_endpoint),
    client: toldByPage("flowline-client"),
  };
}

/** Vite's development server stands before the gateway: everything is asked of the page's own origin there. */
function reachable(endpoint: string): string {
  return import.meta.env.DEV ? new URL(new URL(endpoint).pathname, location.origin).href : endpoint;
}
