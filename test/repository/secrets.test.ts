import { describe, expect, it } from "vitest";
import { findSecrets, scan, trackedFiles } from "./secrets.ts";

/** Put together here, so that no scanner takes this file for a leak. */
const hex = "0123456789abcdef".repeat(2);
const word = "aZ3xQ9bT7".repeat(6);
const planted: [kind: string, text: string][] = [
  ["private key", `-----BEGIN RSA ${"PRIVATE"} KEY-----`],
  ["AWS key", `AKIA${"ABCDEFGHIJKLMNOP"}`],
  ["GitHub token", `ghp_${word.slice(0, 36)}`],
  ["GitLab token", `glpat-${word.slice(0, 20)}`],
  ["npm token", `//registry.npmjs.org/:_auth=npm_${word.slice(0, 36)}`],
  ["JSON Web Token", `eyJ${word.slice(0, 12)}.eyJ${word.slice(0, 12)}.${word.slice(0, 12)}`],
  ["TikTok session cookie", `Cookie: sessionid=${hex}`],
  ["password in a URL", `DATABASE_URL=postgres://ttlc:${"s3Cr-t9x"}@db/ttlc`],
  ["secret in an assignment", `EULER_API_KEY: "${hex}"`],
];

it.each(planted)("finds a %s", (kind, text) => {
  expect(findSecrets(`first line\n${text}\n`)).toContainEqual({ line: 2, kind });
});

it.each([
  "postgresql://ttlc:password@localhost:5432/ttlc",
  `postgresql://ttlc:\${POSTGRES_PASSWORD}@postgres:5432/ttlc`,
  "const token = randomUUID();",
  "sessionId=0b9f1c9e-0d5e-4000-8000-000000000001",
  "refreshTokenWhenItHasExpired: refreshTokenWhenItHasExpired",
])("takes %s for no secret", (text) => {
  expect(findSecrets(text)).toEqual([]);
});

describe("the repository", () => {
  it("holds no secret", () => {
    expect(scan(trackedFiles())).toEqual([]);
  });
});
