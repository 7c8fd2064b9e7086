import type { IncomingMessage } from "node:http";
import { expect, it } from "vitest";
import { faultOf } from "./unreadable.ts";

const host = ["Host", "x"];
const request = (changes: Partial<IncomingMessage>) =>
  ({ url: "/", rawHeaders: host, httpVersion: "1.1", ...changes }) as IncomingMessage;

it.each([
  ["101 headers", { rawHeaders: [...host, ...Array(100).fill(["a", "b"]).flat()] }, 431],
  ["an address of 8 KiB", { url: `/${"a".repeat(8_192)}` }, 414],
  ["HTTP/0.9", { httpVersion: "0.9" }, 400],
  ["no host", { rawHeaders: [] }, 400],
  ["two hosts", { rawHeaders: [...host, "host", "y"] }, 400],
  ["a path that is no UTF-8", { url: "/%ff" }, 400],
  ["a query that is no UTF-8", { url: "/?q=%c0%af" }, 400],
  ["a lone percent sign", { url: "/?q=100%" }, 400],
])("refuses %s", (_, changes, status) => {
  expect(faultOf(request(changes))?.code).toBe(status);
});

it.each([
  ["100 headers", { rawHeaders: [...host, ...Array(99).fill(["a", "b"]).flat()] }],
  ["HTTP/1.0 without a host", { rawHeaders: [], httpVersion: "1.0" }],
  ["an emoji", { url: "/?q=%F0%9F%8E%81" }],
])("takes %s", (_, changes) => {
  expect(faultOf(request(changes))).toBeUndefined();
});
