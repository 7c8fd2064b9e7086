import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { unifiedEventSchema } from "../../contracts/unified-event.ts";
import { generatedFiles, published } from "../../lib/generated-files.ts";
import { createAjv } from "../../lib/json-schema-validator.ts";

describe("files printed from contracts/", () => {
  it.each([...generatedFiles()])("%s is up to date (npm run contracts)", (file, text) => {
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  it.each([...generatedFiles()].filter(([file]) => file.endsWith(".json")))(
    "%s is a schema of the draft it names, without a keyword that is not known",
    (_file, text) => {
      const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, discriminator: true });
      ajv.addVocabulary(["x-personal", "x-secret", "x-example", "x-expected"]);
      for (const format of ["http-base", "http-host", "egress-allow"]) ajv.addFormat(format, true);
      addFormats.default(ajv);
      expect(ajv.compile(JSON.parse(text))).toBeTypeOf("function");
    },
  );

  it("docs/environment.md says what values are in words, without regular expressions", () => {
    expect(readFileSync("docs/environment.md", "utf8")).not.toMatch(/text like|\^|\\s/);
  });

  it.each([...readFileSync(".env.example", "utf8").matchAll(/^# ([A-Z_]+)=/gm)].map(([, name]) => name as string))(
    "docs/environment.md explains %s of .env.example",
    (name) => {
      expect(readFileSync("docs/environment.md", "utf8")).toContain(`| \`${name}\` |`);
    },
  );

  it("docs/environment.md shows no secret as a default", () => {
    const secretWithDefault = /^\| `\w+` \| [^|]* \| `[^|]*\| [^|]* \| yes \|$/m;
    expect(readFileSync("docs/environment.md", "utf8")).not.toMatch(secretWithDefault);
  });
});

it.each(published.map((schema) => [schema.title, schema]))("%s compiles under strict Ajv", (_title, schema) => {
  expect(createAjv().compile(schema)).toBeTypeOf("function");
});

it("UnifiedEvent has exactly the 15 event types, each once", () => {
  expect(unifiedEventSchema.oneOf.map(({ properties }) => properties.eventType.const).sort()).toEqual([
    ...["BATTLE", "CHAT", "CONNECTED", "DISCONNECTED", "EMOTE", "ERROR", "FOLLOW", "GIFT", "JOIN", "LIKE", "RAW"],
    ...["ROOM_USER", "SHARE", "STREAM_END", "SUBSCRIBE"],
  ]);
});
