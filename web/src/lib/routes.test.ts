import { expect, it } from "vitest";
import { match, paths, returnPath } from "./routes.ts";

it.each([
  ["/app", { name: "home" }],
  ["/app/", { name: "home" }],
  ["/app/welcome", { name: "welcome" }],
  ["/app/login", { name: "login" }],
  ["/app/live", { name: "live" }],
  ["/app/live/", { name: "live" }],
  ["/app/live/7312", { name: "live", streamId: "7312" }],
  ["/app/live/a%2Fb", { name: "live", streamId: "a/b" }],
  ["/app/live/%E0", { name: "live", streamId: "%E0" }],
  ["/app/live/1/2", { name: "notFound" }],
  ["/app/sessions", { name: "sessions" }],
  ["/app/sessions/3f0c", { name: "session", sessionId: "3f0c" }],
  ["/app/mod", { name: "mod" }],
  ["/app/settings", { name: "settings" }],
  ["/app/settings/1", { name: "notFound" }],
  ["/app/rules", { name: "rules" }],
  ["/app/rules/new", { name: "newRule" }],
  ["/app/rules/3f0c", { name: "rule", ruleId: "3f0c" }],
  ["/app/rules/3f0c/versions", { name: "notFound" }],
  ["/app/ops", { name: "notFound" }],
  ["/app/ops/dlq", { name: "letters" }],
  ["/app/ops/dlq/1763647200000-0", { name: "letter", letterId: "1763647200000-0" }],
  ["/app/ops/dlq/1/2", { name: "notFound" }],
  ["/application", { name: "notFound" }],
  ["/", { name: "notFound" }],
])("%s shows %o", (path, route) => {
  expect(match(path)).toEqual(route);
});

it("makes paths that match", () => {
  expect(match(paths.live("a/b"))).toEqual({ name: "live", streamId: "a/b" });
  expect(match(paths.session("a/b"))).toEqual({ name: "session", sessionId: "a/b" });
  expect(match(paths.rule("a/b"))).toEqual({ name: "rule", ruleId: "a/b" });
  expect(match(paths.letters())).toEqual({ name: "letters" });
  expect(match(paths.letter("a/b"))).toEqual({ name: "letter", letterId: "a/b" });
});

it.each([
  ["/app/live/1?types=chat", "/app/live/1?types=chat"],
  ["/app/welcome", "/app/welcome"],
  ["", "/app/live"],
  ["/app/login", "/app/live"],
  ["/app/nowhere", "/app/live"],
  ["https://evil.test/app/live", "/app/live"],
  ["//evil.test", "/app/live"],
  ["/\\evil.test", "/app/live"],
  ["javascript:alert(1)", "/app/live"],
])("after the login for %j goes to %j", (to, path) => {
  expect(returnPath(new URLSearchParams({ to }))).toBe(path);
});
