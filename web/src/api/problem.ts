/** A refusal as the services and the gateway answer it (RFC 9457), as an error that views can show by its rule. */
export interface Fault {
  pointer?: string;
  parameter?: string;
  code: string;
  detail: string;
}

interface Told {
  type?: string;
  code?: string;
  title?: string;
  detail?: string;
  trace_id?: string;
  errors?: Fault[];
}

export class Problem extends Error {
  readonly type: string;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly traceId: string | undefined;
  readonly errors: readonly Fault[];

  constructor(
    readonly status: number,
    told: Told,
    /** The version the thing has now, where a write came too late (412). */
    readonly etag: string | null = null,
  ) {
    super(told.detail ?? told.title ?? String(status));
    this.name = "Problem";
    this.type = told.type ?? "about:blank";
    this.code = told.code ?? "unknown";
    this.title = told.title ?? "";
    this.detail = told.detail ?? "";
    this.traceId = told.trace_id;
    this.errors = told.errors ?? [];
  }

  /** Somebody changed the thing since it was read. */
  get isConflict(): boolean {
    return this.status === 412;
  }

  /** The reader has no right to this; what is not visible is not found. */
  get isNotAllowed(): boolean {
    return this.status === 403;
  }

  get isNotFound(): boolean {
    return this.status === 404;
  }
}

/** The problem in an error answer; `body` is what was parsed of it. */
export function problemOf(response: Response, body: unknown): Problem {
  const told = typeof body === "object" && body !== null ? (body as Told) : {};
  return new Problem(response.status, told, response.headers.get("etag"));
}

/** What is thrown when nobody answers at all. */
export const unreachable = (): Problem => new Problem(0, { code: "unreachable" });
