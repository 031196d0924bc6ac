/** Read your own writes: how far each service's log went with my last writes, for the seconds in which reads may lag. */
const KEPT_MS = 10_000;

export class ConsistencyTokens {
  private readonly kept = new Map<string, { token: string; until: number }>();

  constructor(private readonly now: () => number = Date.now) {}

  /** Keep what a write was answered; a token begins with its service: `pipeline@1=0:17`. */
  keep(token: string): void {
    const service = token.slice(0, token.indexOf("@"));
    this.kept.set(service, { token, until: this.now() + KEPT_MS });
  }

  /** What a read is to send, null when nothing was written lately. */
  header(): string | null {
    const now = this.now();
    const living = [...this.kept.values()].filter(({ until }) => until > now).map(({ token }) => token);
    return living.length > 0 ? living.join(";") : null;
  }
}
