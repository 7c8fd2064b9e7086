import { stringify } from "csv-stringify/sync";
import type { ServedEvent } from "../../contracts/api.ts";

/** Columns of an export, in order. What has no column of its own is in `payload`, as JSON. */
export const columns = [
  "timestamp",
  "eventType",
  "subType",
  "userId",
  "uniqueId",
  "displayName",
  "message",
  "giftId",
  "giftName",
  "giftCount",
  "coins",
  "streakId",
  "streakState",
  "likes",
  "viewers",
  "streamId",
  "sessionId",
  "seqNo",
  "eventId",
  "source",
  "isHistory",
  "payload",
] as const;

/**
 * What a spreadsheet takes for the beginning of a formula, in full width too; tab, CR, LF and NUL since those are skipped
 * by some before they look (ASVS 1.2.10).
 */
const FORMULA = /^[=+\-@\t\r\n\0＝＋－＠]/;

/** A text that every spreadsheet shows as text. */
export const harmless = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

/** The line that names the columns. */
export const csvHeader = (): string => lines([[...columns]]);

/** A line for each event, as RFC 4180 has them: every field in quotes, lines ending in CR LF. */
export const csvLines = (events: readonly ServedEvent[]): string => lines(events.map(cells));

const lines = (records: string[][]): string =>
  stringify(records, { quoted: true, quoted_empty: true, record_delimiter: "windows" });

function cells(event: ServedEvent): string[] {
  const payload = event.payload as Record<string, unknown>;
  const { userId, uniqueId, displayName } = event.user ?? {};
  const own: Partial<Record<(typeof columns)[number], unknown>> = {
    ...{ userId, uniqueId, displayName },
    ...{ likes: event.eventType === "LIKE" ? payload.count : undefined, viewers: payload.viewers },
    ...pick(payload, ["message", "giftId", "giftName", "giftCount", "coins", "streakId", "streakState"]),
    payload: JSON.stringify(payload),
  };
  return columns.map((name) => {
    const value = name in own ? own[name] : (event as Record<string, unknown>)[name];
    return harmless(value === undefined || value === null ? "" : String(value));
  });
}

const pick = (payload: Record<string, unknown>, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, payload[name]]));
