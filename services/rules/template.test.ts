import { describe, expect, it } from "vitest";
import type { ServedEvent } from "../../contracts/api.ts";
import type { EventType } from "../../contracts/unified-event.ts";
import { makeEvent, viewer } from "../../test/fixtures/events.ts";
import { expanded, sharedRows } from "../../test/support/shared-data.ts";
import { readJsonTemplate, readTemplate, render, renderJson, type Target, templateLimits } from "./template.ts";

const chat = (message: string, names: object = {}) =>
  makeEvent("CHAT", { user: { ...viewer(1), ...names }, payload: { message } }) as ServedEvent;

function rendered(source: string, event: ServedEvent, target: Target = "text"): string {
  const reading = readTemplate(source, event.eventType);
  if (reading.problem !== undefined) throw new Error(reading.problem);
  return render(reading.template, event, target);
}

describe("a template", () => {
  it("knows the placeholders of the seed", () => {
    const gift = { giftName: "Rose", giftCount: 3, coins: 15 };
    const event = makeEvent("GIFT", { user: viewer(1), payload: gift }) as ServedEvent;
    const source = "{username}|{displayName}|{giftName}|{giftCount}|{coins}|{eventType}|{streamId}";
    expect(rendered(source, event)).toBe("viewer1|Viewer 1|Rose|3|15|GIFT|7300000000000000001");
    expect(rendered("{timestamp} {message}", chat("hello"))).toBe("2026-03-01T12:00:00.000Z hello");
  });

  it("is filled in once", () => {
    expect(rendered("{username}{username}", chat("", { uniqueId: "{coins}" }))).toBe("{coins}{coins}");
    expect(rendered("$& {message} $1", chat("$&"))).toBe("$& $& $1");
  });

  it.each(["{constructor}", "{__proto__}", "{user.userId}", "{ username }", "{}"])(
    "has no placeholder %s",
    (source) => {
      expect(readTemplate(source, "CHAT").problem).toContain("there are {username}");
    },
  );

  it.each<[string, EventType]>([
    ["{message}", "FOLLOW"],
    ["{coins}", "CHAT"],
    ["{username}", "CONNECTED"],
    ["{displayName}", "ROOM_USER"],
  ])("has no %s of %s events, which never have that", (source, eventType) => {
    const problem = expect.stringContaining(`of ${eventType} events there are {`);
    expect(readTemplate(source, eventType)).toEqual({ problem });
    expect(readJsonTemplate(JSON.stringify({ source }), eventType)).toEqual({ problem });
  });

  it("keeps braces that are none", () => {
    expect(rendered("} {{message} {", chat("x"))).toBe("} {x {");
  });

  it("is not too long, nor has it too many placeholders", () => {
    expect(readTemplate("x".repeat(1_001), "GIFT").problem).toContain("longer than 1000");
    expect(readTemplate("{coins}".repeat(51), "GIFT").problem).toContain("more than 50");
  });
});

describe("what a viewer wrote is harmless", () => {
  it.each<[Target, string, string]>([
    ["text", "@everyone <@&1> @ me", "@\u200beveryone <@\u200b&1> @ me"],
    ["text", "a\r\nX-Evil: 1\u0000\u2028b", "a X-Evil: 1 b"],
    ["text", "half \ud800", "half \ufffd"],
    ["log", "@everyone\r\nX: 1\u2028b \ud800", "@everyone X: 1 b \ufffd"],
    ["html", `<b title="x">'&`, "&lt;b title=&quot;x&quot;&gt;&#39;&amp;"],
    ["url", "a b/?&=é\ud800", "a%20b%2F%3F%26%3D%C3%A9%EF%BF%BD"],
    ["markdown", "[x](javascript:y) **z** `w`", "\\[x\\]\\(javascript:y\\) \\*\\*z\\*\\* \\`w\\`"],
  ])("in %s: %j", (target, message, expected) => {
    expect(rendered("{message}", chat(message), target)).toBe(expected);
  });

  it("and not longer than the target takes, without halves of characters", () => {
    const text = rendered("{message}", chat("😀".repeat(200)));
    expect(text.length).toBeLessThanOrEqual(templateLimits.rendered.text);
    expect(text.endsWith("😀…")).toBe(true);
    expect(rendered("{message}", chat("x".repeat(3_000)), "log")).toHaveLength(templateLimits.rendered.log);
  });
});

describe("a JSON body", () => {
  const body = (source: string, event: ServedEvent) => {
    const reading = readJsonTemplate(source, event.eventType);
    if (reading.problem !== undefined) throw new Error(reading.problem);
    return JSON.parse(renderJson(reading.template, event));
  };

  it("is filled in as a tree: no text becomes a field", () => {
    const source = '{"text": "{message}", "list": ["{username}", 1, true, null]}';
    expect(body(source, chat('x","admin":true,"y":"'))).toEqual({
      text: 'x","admin":true,"y":"',
      list: ["viewer1", 1, true, null],
    });
  });

  it("is not longer than its limit, and JSON still", () => {
    const long = chat('"é\n😀'.repeat(2_000));
    for (const source of [
      '"{message}"',
      JSON.stringify(Array.from({ length: 60 }, () => "{message}")),
      '{"a":"{message}","b":"x"}',
    ]) {
      const reading = readJsonTemplate(source, "CHAT");
      if (reading.problem !== undefined) throw new Error(reading.problem);
      const json = renderJson(reading.template, long);
      expect(Buffer.byteLength(json)).toBeLessThanOrEqual(templateLimits.json);
      expect(Buffer.byteLength(json)).toBeGreaterThan(templateLimits.json / 3);
      expect(JSON.stringify(JSON.parse(json))).toContain('…"');
    }
    expect(body('{"a":"{message}","b":"x"}', long)).toMatchObject({ b: "x" });
    expect(body('"{message}"', chat("x".repeat(10_000)))).toHaveLength(10_000);
  });

  it("may have an own property of any name", () => {
    expect(body('{"__proto__": "{message}"}', chat("x"))).toHaveProperty(["__proto__"], "x");
  });

  it.each([
    ["{message}", "is no JSON"],
    ['{"a": {coins}}', "is no JSON"],
    ['{"a": "{password}"}', "has the placeholder {password}"],
    ["[".repeat(100) + "]".repeat(100), "nests deeper"],
  ])("%s is refused", (source, problem) => {
    expect(readJsonTemplate(source, "GIFT").problem).toContain(problem);
  });
});

interface Row {
  template: string;
  /** What placeholders stand for. */
  event?: { username?: string; displayName?: string; message?: string };
  expect: string;
}

/** What a row demands of its category, not of itself alone. */
async function check(row: Row): Promise<void> {
  const source = (await expanded(row.template)) as string;
  if (row.expect.includes("400")) {
    expect([
      readTemplate(source, "CHAT").problem,
      readJsonTemplate(JSON.stringify({ source }), "CHAT").problem,
    ]).toEqual([expect.any(String), expect.any(String)]);
    return;
  }
  const { username = "viewer1", displayName = username, message = "" } = row.event ?? {};
  const event = chat(message, { uniqueId: username, displayName });
  const values: Record<string, string> = { "{username}": username, "{displayName}": displayName, "{message}": message };
  const once = source.split(/(\{\w+\})/).map((part) => values[part] ?? part);
  const text = rendered(source, event);
  const line = once.join("").replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
  expect(text.replaceAll("\u200b", "")).toBe(line.length > 150 ? `${line.slice(0, 149)}…` : line);
  for (const part of Object.values(values)) expect(part.includes("@") && text.includes(part)).toBe(false);
  expect(text).not.toMatch(/[\r\n\u2028\u2029]/);
  for (const html of [rendered("{message}", event, "html"), rendered("{displayName}", event, "html")]) {
    expect(html).not.toMatch(/[<>"']/);
  }
  expect(decodeURIComponent(rendered("{message}", event, "url"))).toBe(message);
  const markdown = rendered("{displayName}", event, "markdown");
  expect(markdown.replace(/\\./g, "")).not.toMatch(/[\\`*_{}[\]()#+!|<>~]/);
  const body = readJsonTemplate(JSON.stringify({ [source]: source }), "CHAT");
  if (body.problem !== undefined) throw new Error(body.problem);
  expect(JSON.parse(renderJson(body.template, event))).toEqual({ [source]: once.join("") });
}

describe("templates of the security review", () => {
  const rows = sharedRows<Row & { id: string }>("rule_inputs.json").filter((row) => "template" in row);
  it.skipIf(rows.length === 0)("in rule_inputs.json (skipped where that is not there)", async () => {
    for (const row of rows) await check(row).catch((error) => Promise.reject(new Error(row.id, { cause: error })));
  });

  const refused = ["{toString}", "{hasOwnProperty}", "{user}", "{\u200bcoins}", "{message}".repeat(51)];
  it.each<Row>([
    { template: "{displayName}: {message}", event: { displayName: "{message}", message: "{displayName}" }, expect: "" },
    { template: "{message}{message}", event: { message: "$1$&$`{{message}}" }, expect: "single pass" },
    { template: "{message}", event: { message: '","admin":true,"x":"\\' }, expect: "a text" },
    { template: "{message}", event: { message: "<img src=x onerror=alert('1')> &lt;" }, expect: "escaped" },
    { template: "{message}", event: { message: "@here@all @\u00e9 <@!1> https://a@b" }, expect: "nobody is called" },
    { template: "{displayName}", event: { displayName: "![x](//e.vil) ~~a~~ | # > ||s||" }, expect: "escaped" },
    { template: "a\u2028{message}", event: { message: "x\r\nSet-Cookie: a\u0085\u2029" }, expect: "one line" },
    { template: "{message}", event: { message: "a&b=c/../?#%00 +" }, expect: "one value" },
    { template: "{message}".repeat(50), event: { message: "x".repeat(150) }, expect: "cut" },
    ...refused.map((template) => ({ template, expect: "400" })),
  ])("and more of their kind: $template", check);
});
