/** Why what a rule decided does not leave ttlc. */
export type Refusal =
  | "replay"
  | "history"
  | "stale"
  | "own_account"
  | "streamer"
  | "lifecycle"
  | "no_user"
  | "empty"
  | "dry_run"
  | "shadow"
  | "no_capability";

/** Why an action was not done, or nobody knows: `reason` of `GET /actions`, where it is no `http_` with a status. */
type Reason =
  | Refusal
  // held back
  | "cooldown"
  | "user_cooldown"
  | "limit"
  // on its way
  | "rule_off"
  | "undone"
  | "superseded"
  | "interrupted"
  | "breaker"
  | "chat_limit"
  // at the other side
  | "address_refused"
  | "dns"
  | "connect"
  | "tls"
  | "timeout"
  | "reply_too_large"
  | "headers_too_large"
  | "bad_reply";

export type ActionReason = Reason | `http_${number}`;
