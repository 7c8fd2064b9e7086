import type { Payload } from "../../contracts/unified-event.ts";
import { amount, type Fields, part, someAmount, text, word } from "./fields.ts";
import { type Facts, type Outcome, raw, to } from "./outcome.ts";
import { personOf } from "./users.ts";

/** Events that the room's actor writes itself, and the ends that TikTok announces. */

export function connected(message: Fields): Payload<"CONNECTED"> {
  return {
    provider: text(message.provider) as Payload<"CONNECTED">["provider"],
    channelId: text(message.channelId),
    uniqueId: text(message.uniqueId),
    owner: personOf(message.owner),
    title: text(message.title) || undefined,
  };
}

/** What close codes mean: RFC 6455, and Euler's own from 4000 on (its WebSocket documentation). */
const closeCodes: Readonly<Record<number, string>> = {
  1000: "closed",
  1001: "going away",
  1005: "closed without a code",
  1006: "connection lost",
  1011: "server error",
  4005: "stream ended",
  4006: "no messages",
  4400: "bad options",
  4401: "bad authentication",
  4403: "no permission",
  4404: "not live",
  4429: "too many connections",
  4500: "closed by TikTok",
  4555: "lifetime reached",
  4556: "fetch error",
  4557: "room info error",
};

export function disconnected(message: Fields): Payload<"DISCONNECTED"> {
  const code = amount(message.code);
  return { code, reason: phrase(message.reason) ?? closeCodes[code] ?? "closed" };
}

export function failed(message: Fields): Payload<"ERROR"> {
  const code = word(message.code);
  return { code: /^[A-Z][A-Z0-9_]{0,63}$/.test(code) ? code : "UNKNOWN", message: impersonal(message.message) };
}

export function gap(message: Fields): Facts {
  return {
    from: instant(message.from),
    to: instant(message.to),
    why: phrase(message.why),
    seqNoBefore: seqNo(message.seqNoBefore),
    seqNoAfter: seqNo(message.seqNoAfter),
    count: someAmount(message.count),
  };
}

export function sourceSwitched(message: Fields): Facts {
  return { from: provider(message.from), to: provider(message.to), why: phrase(message.why) };
}

/** TikTok's ControlAction. After 3 and 4 nothing more comes. */
export function control(message: Fields): Outcome {
  const action = amount(message.action);
  if (action === 1) return raw("STREAM_PAUSED", { action });
  if (action === 2) return raw("STREAM_RESUMED", { action });
  if (action === 3) return to("STREAM_END", { action, reason: reasonNo(message.extra) }, "ENDED");
  if (action === 4) return to("STREAM_END", { action, reason: reasonNo(message.extra) }, "SUSPENDED");
  return raw("CONTROL", { action });
}

/** The number of TikTok's reason, such as which rule was broken; its texts name people. */
function reasonNo(extra: unknown): string | undefined {
  const digits = word(part(extra).reasonNo);
  return /^[1-9]\d{0,9}$/.test(digits) ? digits : undefined;
}

/** A few plain words, as the room's actor writes them (`socket closed with 1006`); a server's own text is left out. */
function phrase(value: unknown): string | undefined {
  const words = word(value);
  return words.length <= 64 && /^[A-Za-z]+(?:[-_ ](?:[A-Za-z]+|\d{1,4}))*$/.test(words) ? words : undefined;
}

/** An error's message is written without personal data (lib/errors.ts); what slips in is masked, for it stays for ever. */
function impersonal(value: unknown): string {
  return text(word(value), 500).replace(/https?:\/\/\S+|\S*@\S+|\d{6,}/g, "…");
}

function instant(value: unknown): string | undefined {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(word(value)) ? (value as string) : undefined;
}

function provider(value: unknown): string | undefined {
  return ["direct", "euler", "simulator"].find((known) => known === value);
}

/** 0 is a seqNo like any other. */
function seqNo(value: unknown): number | undefined {
  return value === undefined || value === null ? undefined : amount(value);
}
