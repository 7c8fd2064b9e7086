/** Where the gateway mounts the dashboard; vite.config.ts builds for the same. */
export const BASE = "/app";

export type Route =
  | { name: "home" }
  | { name: "welcome" }
  | { name: "login" }
  | { name: "live"; streamId?: string }
  | { name: "sessions" }
  | { name: "session"; sessionId: string }
  | { name: "rules" }
  | { name: "newRule" }
  | { name: "rule"; ruleId: string }
  | { name: "letters" }
  | { name: "letter"; letterId: string }
  | { name: "mod" }
  | { name: "settings" }
  | { name: "notFound" };

/** What a path of this origin shows. */
export function match(pathname: string): Route {
  const [root, first, second, third, ...rest] = pathname.split("/").slice(1).filter(Boolean);
  if (`/${root}` !== BASE || rest.length > 0) return { name: "notFound" };
  if (first === "ops" && second === "dlq") {
    return third === undefined ? { name: "letters" } : { name: "letter", letterId: decode(third) };
  }
  if (third !== undefined) return { name: "notFound" };
  if (first === undefined) return { name: "home" };
  if (first === "live") return second === undefined ? { name: "live" } : { name: "live", streamId: decode(second) };
  if (first === "sessions" && second !== undefined) return { name: "session", sessionId: decode(second) };
  if (first === "rules" && second === "new") return { name: "newRule" };
  if (first === "rules" && second !== undefined) return { name: "rule", ruleId: decode(second) };
  if (second === undefined && isPage(first)) return { name: first };
  return { name: "notFound" };
}

const pages = ["welcome", "login", "sessions", "rules", "mod", "settings"] as const;
const isPage = (name: string): name is (typeof pages)[number] => (pages as readonly string[]).includes(name);

export const paths = {
  welcome: () => `${BASE}/welcome`,
  /** @param to path and query to come back to */
  login: (to?: string) => `${BASE}/login${to ? `?to=${encodeURIComponent(to)}` : ""}`,
  sessions: () => `${BASE}/sessions`,
  session: (sessionId: string) => `${BASE}/sessions/${encodeURIComponent(sessionId)}`,
  rules: () => `${BASE}/rules`,
  newRule: () => `${BASE}/rules/new`,
  /** @param eventId what it made of this event is told there */
  rule: (ruleId: string, eventId?: string | null) =>
    `${BASE}/rules/${encodeURIComponent(ruleId)}${eventId ? `?event=${encodeURIComponent(eventId)}` : ""}`,
  letters: () => `${BASE}/ops/dlq`,
  letter: (letterId: string) => `${BASE}/ops/dlq/${encodeURIComponent(letterId)}`,
  mod: () => `${BASE}/mod`,
  settings: () => `${BASE}/settings`,
  live: (streamId?: string) => `${BASE}/live${streamId ? `/${encodeURIComponent(streamId)}` : ""}`,
};

/** `to` of the login page: a page of ours, else the live view. A full URL would be an open redirect. */
export function returnPath(search: URLSearchParams): string {
  const to = search.get("to") ?? "";
  const { name } = match(to.split(/[?#]/, 1)[0] as string);
  return name === "notFound" || name === "login" ? paths.live() : to;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
