/** Signing in by OIDC code + PKCE. Tokens live in this module's memory only; a reload comes back through the issuer. */
import { unreachable } from "~/api/problem";
import { answerOf, discovered, type Issuer } from "./issuer";
import { challengeOf, claimsOf, randomWord } from "./pkce";

const UNDER_WAY = "flowline-sign-in"; // sessionStorage: the verifier, the issuer and the place to come back to, no token
const TURNS = 3; // so often one is sent to the issuer before it is said that sign-in does not work
const RENEW_BEFORE_MS = 60_000;
const CALLBACK = "/callback";

export type Role = "admin" | "manager" | "rep" | "guest" | "service";

export interface Person {
  subject: string;
  name: string;
  email: string | undefined;
  roles: readonly Role[];
}

interface Tokens {
  access: string;
  refresh: string | undefined;
  until: number;
}

interface UnderWay {
  issuer: Issuer;
  verifier: string;
  state: string;
  nonce: string;
  path: string;
  /** Which time one is sent to the issuer. */
  turn: number;
}

export class SignInRefused extends Error {}

export class Session {
  private renewing: Promise<Tokens> | null = null;

  constructor(
    private readonly issuer: Issuer,
    readonly person: Person,
    private tokens: Tokens,
  ) {}

  /** A living access token, renewed in the background before it ends. */
  async token(): Promise<string> {
    if (Date.now() > this.tokens.until - RENEW_BEFORE_MS) await this.renew();
    return this.tokens.access;
  }

  /** Another access token, where the one we have was refused. */
  async renewed(): Promise<string> {
    return (await this.renew()).access;
  }

  /** End the issuer's session as well, so that the next one is asked who they are. */
  signOut(): void {
    const asked = { client_id: this.issuer.client, post_logout_redirect_uri: `${location.origin}/` };
    const { endSession } = this.issuer;
    location.assign(endSession ? `${endSession}?${new URLSearchParams(asked)}` : "/");
  }

  private renew(): Promise<Tokens> {
    this.renewing ??= this.renewOnce().finally(() => {
      this.renewing = null;
    });
    return this.renewing;
  }

  private async renewOnce(): Promise<Tokens> {
    const refresh_token = this.tokens.refresh ?? "";
    try {
      this.tokens = tokensOf(await asked(this.issuer, { grant_type: "refresh_token", refresh_token }));
    } catch (fault) {
      // only who is refused must sign in again: without a line one would leave a page that cannot come back
      if (fault instanceof SignInRefused) return leaveToSignIn(this.issuer);
      throw unreachable();
    }
    return this.tokens;
  }
}

/** The session of this page; leaves for the issuer (and never answers) where there is none yet. */
export async function signedIn(): Promise<Session> {
  if (location.pathname !== CALLBACK) return leaveToSignIn(await discovered());
  const underWay = takeUnderWay();
  const answer = new URLSearchParams(location.search);
  if (!underWay || underWay.state !== answer.get("state")) return leaveToSignIn(await discovered(), "/");
  if (answer.has("error")) throw new SignInRefused(answer.get("error") ?? "");
  const session = await redeemed(answer.get("code") ?? "", underWay).catch((fault: unknown) =>
    onceMore(fault, underWay),
  );
  history.replaceState(null, "", underWay.path);
  return session;
}

/** A code that came too late or was used before: another one is asked for, some times. */
function onceMore(fault: unknown, { issuer, path, turn }: UnderWay): Promise<never> {
  if (fault instanceof SignInRefused && turn < TURNS) return leaveToSignIn(issuer, path, turn + 1);
  throw fault;
}

async function redeemed(code: string, { issuer, verifier, nonce }: UnderWay): Promise<Session> {
  const redirect_uri = location.origin + CALLBACK;
  const answer = await asked(issuer, {
    grant_type: "authorization_code",
    code,
    redirect_uri,
    code_verifier: verifier,
  });
  const claims = claimsOf(answer.id_token ?? "");
  if (claims["nonce"] !== nonce) throw new SignInRefused("nonce");
  const person = {
    subject: String(claims["sub"]),
    name: String(claims["name"] ?? claims["sub"]),
    email: claims["email"] as string | undefined,
    roles: (claims["roles"] ?? []) as Role[],
  };
  return new Session(issuer, person, tokensOf(answer));
}

async function leaveToSignIn(
  issuer: Issuer,
  path = location.pathname + location.search,
  turn = 1,
): Promise<never> {
  const secrets = { verifier: randomWord(), state: randomWord(), nonce: randomWord() };
  const underWay: UnderWay = { ...secrets, issuer, path, turn };
  sessionStorage.setItem(UNDER_WAY, JSON.stringify(underWay));
  const request = new URLSearchParams({
    client_id: issuer.client,
    redirect_uri: location.origin + CALLBACK,
    response_type: "code",
    scope: "openid profile email",
    state: underWay.state,
    nonce: underWay.nonce,
    code_challenge: await challengeOf(underWay.verifier),
    code_challenge_method: "S256",
  });
  location.replace(`${issuer.authorize}?${request}`);
  return new Promise<never>(() => {});
}

function takeUnderWay(): UnderWay | null {
  const kept = sessionStorage.getItem(UNDER_WAY);
  sessionStorage.removeItem(UNDER_WAY);
  return kept ? (JSON.parse(kept) as UnderWay) : null;
}

interface TokenAnswer {
  access_token: string;
  refresh_token?: string;
  id_token?: string;
  expires_in: number;
}

async function asked(issuer: Issuer, form: Record<string, string>): Promise<TokenAnswer> {
  const body = new URLSearchParams({ ...form, client_id: issuer.client });
  const answer = await answerOf(issuer.token, { method: "POST", body });
  if (!answer.ok) throw new SignInRefused(`the issuer answers ${answer.status}`);
  return (await answer.json()) as TokenAnswer;
}

const tokensOf = (answer: TokenAnswer): Tokens => ({
  access: answer.access_token,
  refresh: answer.refresh_token,
  until: Date.now() + answer.expires_in * 1000,
});
