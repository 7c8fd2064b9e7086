import { expect, it } from "vitest";
import { httpBaseOf, isHttpBase, isHttpHost } from "./http-base.ts";

it.each([
  ["www.tiktok.com", "https://www.tiktok.com"],
  ["www.tiktok.com/", "https://www.tiktok.com"],
  ["mirror.example:8443", "https://mirror.example:8443"],
  ["mirror.example:80", "https://mirror.example:80"],
  ["127.0.0.1:4100", "http://127.0.0.1:4100"],
  ["0.0.0.0:4100", "http://0.0.0.0:4100"],
  ["localhost:4100", "http://localhost:4100"],
  ["[::1]:4100", "http://[::1]:4100"],
  ["[::1]", "http://[::1]"],
  ["[::ffff:127.0.0.1]:4100", "http://[::ffff:7f00:1]:4100"],
  ["192.168.1.9:80", "http://192.168.1.9"],
  ["172.16.0.1", "http://172.16.0.1"],
  ["172.32.0.1", "https://172.32.0.1"],
  ["simulator:4100", "http://simulator:4100"],
  ["simulator:65535", "http://simulator:65535"],
  ["http://mirror.example", "http://mirror.example"],
  ["HTTPS://127.0.0.1:4443/", "https://127.0.0.1:4443"],
])("%s is reached at %s", (host, base) => {
  expect([isHttpHost(host), httpBaseOf(host)]).toEqual([true, base]);
});

it.each([
  ["https://signer.example/v2/", "https://signer.example/v2"],
  ["signer:8080/euler/sign", "http://signer:8080/euler/sign"],
])("%s is reached at %s, and is no mere host", (text, base) => {
  expect([isHttpBase(text), isHttpHost(text), httpBaseOf(text)]).toEqual([true, false, base]);
});

it.each([
  ...["", "a b", "host:", "host:0", "host:65536", "host:web", "http://", "http://host:0", "http://host:65536", "::1"],
  ...["ftp://host", "redis://host:6379", "ws://host", "file:///etc", "//host", "http:/host"],
  ...[
    "user@host",
    "http://user:hunter2@host",
    "host?a=1",
    "http://host/?key=1",
    "http://host/#x",
    "host\\path",
    "a\nb",
  ],
])("%j is neither", (text) => {
  expect([isHttpBase(text), isHttpHost(text)]).toEqual([false, false]);
});
