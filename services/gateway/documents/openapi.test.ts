import { expect, it } from "vitest";
import { fields } from "../input.ts";
import type { RouteFacts } from "../route.ts";
import { type Operation, openapiOf } from "./openapi.ts";

const thing = { title: "Thing", type: "object", additionalProperties: false } as const;
const id = { type: "string", description: "which one" } as const;

function operation(facts: Partial<RouteFacts> & Pick<RouteFacts, "path">): Operation {
  const rest = { id: "x", summary: "X", right: "rooms.read", input: fields({}), answers: { 200: thing } } as const;
  const { paths } = openapiOf([{ ...rest, ...facts }], "1.0.0");
  return Object.values(Object.values(paths)[0] ?? {})[0] as Operation;
}
const named = ({ parameters }: Operation) => parameters.filter((each) => "name" in each);

it("puts a field where it lives: path, then query", () => {
  const limit = { type: "integer", default: 100 } as const;
  const found = operation({ path: "GET /things/:id", input: fields({ limit, id, q: id }, ["id", "limit", "q"]) });
  expect(named(found)).toEqual([
    { name: "id", in: "path", required: true, description: "which one", schema: id },
    { name: "limit", in: "query", schema: limit },
    { name: "q", in: "query", required: true, description: "which one", schema: id },
  ]);
  expect(found).not.toHaveProperty("requestBody");
});

it("or the body, with an example", () => {
  const input = fields({ id, name: { type: "string" } }, ["id", "name"]);
  const found = operation({ path: "PUT /things/:id", input, example: { name: "a" } });
  expect(named(found).map(({ name }) => name)).toEqual(["id"]);
  expect(found.requestBody).toEqual({
    required: true,
    content: {
      "application/json": {
        schema: {
          type: "object",
          additionalProperties: false,
          required: ["name"],
          properties: { name: { type: "string" } },
        },
        example: { name: "a" },
      },
    },
  });
});

it("tells answers by status, and the errors that may come", () => {
  const { responses } = operation({
    path: "POST /things/:id",
    input: fields({ id }, ["id"]),
    answers: { 202: thing, 204: null, 200: "text/csv", 404: thing },
  });
  const json = { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } };
  expect(responses).toMatchObject({
    200: { content: { "text/csv": { schema: { type: "string" } } } },
    202: { content: json },
    204: { description: "Done." },
    404: { content: json },
    400: { $ref: "#/components/responses/Error-400" },
    403: { $ref: "#/components/responses/Error-403" },
    default: { $ref: "#/components/responses/Error-default" },
  });
  expect(Object.keys(responses)).not.toContain("413");
});

it("says who may, and how they show it", () => {
  expect(operation({ path: "GET /a", right: "anybody" })).toMatchObject({
    security: [],
    description: "Open to everybody.",
  });
  const closed = operation({ path: "GET /a", right: "rooms.connect" });
  expect(closed.security).toEqual([{ apiKey: [] }, { bearer: [] }, { cookie: [] }]);
  expect(closed.description).toBe(
    "Right `rooms.connect`: admin, streamer (own channels), ops, developer (simulated channels).",
  );
});

it("leaves pages out, and sorts paths by what they are about", () => {
  const facts = { id: "x", summary: "X", right: "anybody", input: fields({}), answers: { 200: thing } } as const;
  const { paths, tags } = openapiOf(
    [
      { ...facts, path: "GET /page", isPage: true },
      { ...facts, path: "GET /other" },
      { ...facts, path: "GET /healthz" },
      { ...facts, path: "GET /streams" },
    ],
    "1.0.0",
  );
  expect(Object.keys(paths)).toEqual(["/other", "/healthz", "/streams"]);
  expect(tags.map(({ name }) => name)).toEqual(["streams", "status", "other"]);
});
