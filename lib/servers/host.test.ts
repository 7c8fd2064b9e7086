import { expect, it } from "vitest";
import { hostOf } from "./host.ts";

it.each([
  ["redis://redis:6379", "redis:6379"],
  ["rediss://:secret@redis.example:6380/2", "redis.example:6380"],
  ["postgres://ttlc:p@ss/word@db:5432/ttlc", "db:5432"],
  ["postgres://ttlc:secret@one:5432,two:5432/ttlc?sslmode=require", "one:5432,two:5432"],
  ["postgres:///ttlc", "localhost"],
])("names the host of %s", (url, host) => {
  expect(hostOf(url)).toBe(host);
});
