import { Errors } from "moleculer";

/** We may not send to this address. Nothing was sent, and as long as it stays as it is nothing will be. */
export class EgressRefusedError extends Errors.MoleculerClientError {
  /** The address that its name leads to: for our log alone, since it may be one that only our name servers know. */
  readonly ledTo: string | undefined;
  constructor(why: string, ledTo?: string) {
    super(`Nothing is sent to this address: ${why}.`, 422, "EGRESS_REFUSED", { why });
    this.ledTo = ledTo;
  }
}

/** What went wrong after we tried: see docs/errors.md. */
export type EgressFault =
  | "dns" // the name does not resolve, just now
  | "connect" // no connection: refused, reset, unreachable
  | "tls" // no certificate that we trust
  | "timeout" // one of the deadlines
  | "reply_too_large"
  | "headers_too_large"
  | "bad_reply"; // no HTTP

const unreached: ReadonlySet<string> = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH"]);

/** The other side could not be asked, or did not answer as it should. It may have got what was sent. */
export class EgressFailedError extends Errors.MoleculerRetryableError {
  readonly fault: EgressFault;
  constructor(fault: EgressFault, message: string, options?: ErrorOptions) {
    super(message, 502, "EGRESS_FAILED", { fault });
    this.fault = fault;
    this.cause = options?.cause;
  }

  /** There was no connection that it could have gone over. Else nobody knows. */
  get isUnsent(): boolean {
    const { code = "" } = (this.cause ?? {}) as NodeJS.ErrnoException;
    return this.fault === "dns" || this.fault === "tls" || unreached.has(code);
  }
}
