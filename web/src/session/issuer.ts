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

const toldByPage = (name: string): string =>
  document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";

export async function discovered(): Promise<Issuer> {
  const issuer = new URL(toldByPage("flowline-issuer"), location.origin).href;
  const answer = await fetch(`${issuer}/.well-known/openid-configuration`);
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
