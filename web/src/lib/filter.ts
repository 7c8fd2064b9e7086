import { type ChipKind, chipKinds, type FeedRow } from "./rows.ts";

export interface Filter {
  kinds: ReadonlySet<ChipKind>;
  /** A word of the name, the handle or the text; empty for all. */
  query: string;
}

/** Raw events and gauges are for the curious. */
const usual = chipKinds.filter((kind) => kind !== "other");
export const everything: Filter = { kinds: new Set(usual), query: "" };

/** The filter in an address: `?types=chat,gift&q=hello`. What is usual is left out, and what names no kind is ignored. */
export function readFilter(search: URLSearchParams): Filter {
  const types = search.get("types")?.toLowerCase() ?? "";
  const named = new Set(types.split(/[\s,]+/));
  const kinds = chipKinds.filter((kind) => named.has(kind));
  return {
    kinds: kinds.length > 0 || named.has("none") ? new Set(kinds) : everything.kinds,
    query: search.get("q") ?? "",
  };
}

export function writeFilter({ kinds, query }: Filter): { types: string | undefined; q: string | undefined } {
  const isUsual = kinds.size === usual.length && !kinds.has("other");
  const types = chipKinds.filter((kind) => kinds.has(kind)).join(",") || "none";
  return { types: isUsual ? undefined : types, q: query || undefined };
}

/** The kinds after a click on a chip; `only` shows that one alone, or all again when it already is alone. */
export function toggleKind(kinds: ReadonlySet<ChipKind>, kind: ChipKind, only: boolean): ReadonlySet<ChipKind> {
  if (only) return kinds.size === 1 && kinds.has(kind) ? everything.kinds : new Set([kind]);
  const next = new Set(kinds);
  if (!next.delete(kind)) next.add(kind);
  return next;
}

/** Whether a row is shown. Gaps always are; session lines unless somebody looks for a word. */
export function matcher({ kinds, query }: Filter): (row: FeedRow) => boolean {
  const wanted = query.trim().toLowerCase().replace(/^@/, "");
  return (row) => {
    if (row.kind === "gap") return true;
    if (row.kind === "session") return wanted === "";
    return kinds.has(row.kind) && (wanted === "" || mentions(row.event, wanted));
  };
}

function mentions({ user, ...event }: Exclude<FeedRow, { kind: "gap" }>["event"], wanted: string): boolean {
  const texts = [user?.displayName, user?.uniqueId];
  if (event.eventType === "CHAT") texts.push(event.payload.message);
  if (event.eventType === "GIFT") texts.push(event.payload.giftName);
  return texts.some((text) => text?.toLowerCase().includes(wanted));
}
